import {
  DOCTOR_CHECKS,
  FINDING_STATES,
  type DoctorCheck,
  type DoctorFinding,
  type DoctorReport,
  type DoctorVerdict,
} from '#contracts';
import { checkTokens } from './checks/access.js';
import { checkBroker, checkParked, checkQueues, checkTopology } from './checks/broker.js';
import { checkBackups, checkDatabases } from './checks/databases.js';
import { checkAgents, checkAgentWarnings, checkClients, checkDrains, checkReports } from './checks/members.js';
import { checkAlarms, checkRuns, checkWindow } from './checks/runs.js';
import { checkClocks, checkConductor, checkInventory, checkVersions } from './checks/services.js';
import type { DoctorFacts } from './facts.js';
import { counted } from './words.js';

type Check = (facts: DoctorFacts) => readonly DoctorFinding[];

const CHECKS: Readonly<Record<DoctorCheck, Check>> = {
  broker: checkBroker,
  topology: checkTopology,
  conductor: checkConductor,
  inventory: checkInventory,
  versions: checkVersions,
  clocks: checkClocks,
  queues: checkQueues,
  parked: checkParked,
  alarms: checkAlarms,
  agents: checkAgents,
  reports: checkReports,
  clients: checkClients,
  'agent-warnings': checkAgentWarnings,
  databases: checkDatabases,
  backups: checkBackups,
  runs: checkRuns,
  drains: checkDrains,
  window: checkWindow,
  tokens: checkTokens,
};

/** What is to be said of the facts. Pure; each check stands for itself, so that one that knows nothing takes nothing from the others. */
export function diagnose(facts: DoctorFacts): DoctorReport {
  const found = DOCTOR_CHECKS.flatMap((check) => CHECKS[check](facts));
  const findings = FINDING_STATES.flatMap((state) => found.filter((finding) => finding.state === state));
  const verdict = verdictOf(findings);
  return {
    verdict,
    summary: summaryOf(verdict, findings),
    takenAt: new Date(facts.nowMs).toISOString(),
    tookMs: Math.max(0, Math.round(facts.nowMs - facts.broker.askedAtMs)),
    findings,
  };
}

function verdictOf(findings: readonly DoctorFinding[]): DoctorVerdict {
  if (findings.some(({ state }) => state === 'problem')) return 'problem';
  return findings.every(({ state }) => state === 'ok') ? 'ok' : 'warning';
}

function summaryOf(verdict: DoctorVerdict, findings: readonly DoctorFinding[]): string {
  const problems = findings.filter(({ state }) => state === 'problem').length;
  const others = findings.filter(({ state }) => state === 'warning' || state === 'notChecked').length;
  switch (verdict) {
    case 'ok':
      return 'All is well.';
    case 'warning':
      return `Nothing is broken; ${others} to look at.`;
    case 'problem':
      return `${counted(problems, 'problem')}${others === 0 ? '' : `, and ${others} to look at`}; begin with the first.`;
    default: {
      const unknown: never = verdict;
      throw new Error(`unknown verdict ${String(unknown)}`);
    }
  }
}

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
  return {
    verdict: verdictOf(findings),
    takenAt: new Date(facts.nowMs).toISOString(),
    tookMs: Math.max(0, Math.round(facts.nowMs - facts.broker.askedAtMs)),
    findings,
  };
}

function verdictOf(findings: readonly DoctorFinding[]): DoctorVerdict {
  if (findings.some(({ state }) => state === 'problem')) return 'problem';
  return findings.every(({ state }) => state === 'ok') ? 'ok' : 'warning';
}

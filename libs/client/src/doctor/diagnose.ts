import {
  DOCTOR_CHECKS,
  FINDING_STATES,
  type DoctorCheck,
  type DoctorFinding,
  type DoctorReport,
  type DoctorVerdict,
  type FindingState,
} from '#contracts';
import { checkBroker, checkTopology } from './checks/broker.js';
import { checkBackups, checkDatabases } from './checks/databases.js';
import { checkAgents, checkAgentWarnings, checkClients, checkDrains, checkReports } from './checks/members.js';
import { checkAlarms, checkTokens, checkWindow } from './checks/people.js';
import { checkParked, checkQueues } from './checks/queues.js';
import { checkRuns } from './checks/runs.js';
import { checkClocks, checkConductor, checkInventory, checkVersions } from './checks/services.js';
import type { Answer, DoctorFacts } from './facts.js';
import { findingsOf, type Check } from './finding.js';
import { counted } from './words.js';

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
export function diagnose(given: DoctorFacts): DoctorReport {
  const facts = withItsCause(given);
  const found = DOCTOR_CHECKS.flatMap((check) => CHECKS[check](facts, findingsOf(check)));
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

/** What got no answer for want of a broker says so, and not that a service is silent. */
function withItsCause(facts: DoctorFacts): DoctorFacts {
  const { broker } = facts;
  if (broker.kind === 'answered' || broker.failure.type !== 'broker.unreachable') return facts;
  const blamed = <Value>(answer: Answer<Value>): Answer<Value> =>
    answer.kind === 'failed' ? { ...answer, failure: broker.failure } : answer;
  return {
    ...facts,
    memberQueues: blamed(facts.memberQueues),
    snapshot: blamed(facts.snapshot),
    maintenance: blamed(facts.maintenance),
    runs: blamed(facts.runs),
    alarms: blamed(facts.alarms),
    tokens: blamed(facts.tokens),
  };
}

function verdictOf(findings: readonly DoctorFinding[]): DoctorVerdict {
  if (findings.some(({ state }) => state === 'problem')) return 'problem';
  return findings.every(({ state }) => state === 'ok') ? 'ok' : 'warning';
}

function summaryOf(verdict: DoctorVerdict, findings: readonly DoctorFinding[]): string {
  if (verdict === 'ok') return 'All is well.';
  const count = (state: FindingState): number => findings.filter((finding) => finding.state === state).length;
  const unknown = count('notChecked');
  const counts = [
    ...(count('problem') > 0 ? [counted(count('problem'), 'problem')] : []),
    ...(count('warning') > 0 ? [counted(count('warning'), 'warning')] : []),
    ...(unknown > 0 ? [`${unknown} not known`] : []),
  ].join(', ');
  return verdict === 'problem' ? `${counts}; begin with the first.` : `Nothing is broken; ${counts}.`;
}

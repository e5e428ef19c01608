import type { DoctorReport } from '#contracts';

/** What a doctor says who finds something of each kind. */
export const HEALTH: DoctorReport = {
  verdict: 'problem',
  summary: '1 problem, 1 warning, 2 not known; begin with the first.',
  takenAt: '2026-01-31T22:00:00.000Z',
  tookMs: 40,
  findings: [
    {
      check: 'agents',
      state: 'problem',
      text: 'The agent of EX02 is silent for 5m00s at the most; it gets nothing new.',
      commands: ['dagctl members'],
    },
    { check: 'parked', state: 'warning', text: '2 messages are parked.', commands: ['dagctl dead-letters list'] },
    { check: 'alarms', state: 'notChecked', text: 'The conductor gives no answer.', commands: [] },
    { check: 'runs', state: 'notChecked', text: 'The conductor gives no answer.', commands: [] },
    { check: 'broker', state: 'ok', text: 'RabbitMQ 3.10.8 at broker:5672, used as dag-api.', commands: [] },
    { check: 'drains', state: 'ok', text: 'EX03 is drained (new disks) and gets no new work.', commands: [] },
  ],
};

export const WELL: DoctorReport = {
  ...HEALTH,
  verdict: 'ok',
  summary: 'All is well.',
  findings: HEALTH.findings.filter(({ state }) => state === 'ok'),
};

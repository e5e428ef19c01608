import { describe, expect, it } from '@jest/globals';
import { allContracts, contractOf, type QueryContract } from '#contracts';
import { validated } from '#messaging';
import { altered } from './samples.js';

function violationsOf(type: string, data: unknown): readonly string[] {
  const contract = contractOf(type);
  if (!contract) throw new Error(`no contract ${type}`);
  const result = validated(contract.data, data);
  return result.ok ? [] : result.violations;
}

function replyViolationsOf(type: string, data: unknown): readonly string[] {
  const result = validated((contractOf(type) as QueryContract<object, object>).reply, data);
  return result.ok ? [] : result.violations;
}

const REFUSED: readonly (readonly [type: string, path: string, value: unknown])[] = [
  ['dag.backup.requested.v1', 'requestId', 'two words'],
  ['dag.backup.requested.v1', 'requestId', 'x'.repeat(129)],
  ['dag.backup.requested.v1', 'backupType', 'Full'],
  ['dag.backup.requested.v1', 'dags', []],
  ['dag.backup.requested.v1', 'dags', ['###']],
  ['dag.backup.requested.v1', 'databases', [7]],
  ['dag.backup.requested.v1', 'databases', 'MBX01'],
  ['dag.backup.requested.v1', 'excludeMembers', ['ex01', '']],
  ['dag.backup.requested.v1', 'copiesPerDatabase', 0],
  ['dag.backup.requested.v1', 'preferMembers', ['..']],
  ['dag.backup.requested.v1', 'minIntervalMs', -1],
  ['dag.backup.requested.v1', 'spread', 'rack'],
  ['dag.backup.requested.v1', 'copiesPerDatabase', 1.5],
  ['dag.backup.requested.v1', 'copiesPerDatabase', '2'],
  ['dag.backup.requested.v1', 'copyPreference', 'passive'],
  ['dag.backup.requested.v1', 'onFailover', 'ignore'],
  ['dag.backup.requested.v1', 'deadlineMs', 999],
  ['dag.backup.requested.v1', 'requestedBy', { name: 'operator' }],
  ['dag.backup.requested.v1', 'priority', 0],
  ['dag.backup.requested.v1', 'priority', 10],
  ['dag.backup.requested.v1', 'databasePriorities', [{ database: 'MBX01' }]],
  ['dag.backup.requested.v1', 'window', { timeZone: 'Europe/Berlin', periods: [] }],
  ['dag.backup.requested.v1', 'window.periods.0.from', '8pm'],
  ['dag.backup.requested.v1', 'window.periods.0.to', '25:00'],
  ['dag.backup.requested.v1', 'window.periods.0.days', ['monday']],
  ['dag.backup.requested.v1', 'window.periods.0.days', []],
  ['dag.backup.requested.v1', 'window.whenClosed', 'kill'],
  ['dag.limits.change.requested.v1', 'changes', []],
  ['dag.limits.change.requested.v1', 'changes.0.scope', 'rack'],
  ['dag.limits.change.requested.v1', 'changes.0.value', -1],
  ['dag.limits.change.requested.v1', 'changes.0.value', 1.5],
  ['dag.limits.change.requested.v1', 'changes.0.name', ''],
  ['dag.member.drain.requested.v1', 'reason', ''],
  ['dag.member.drain.requested.v1', 'reason', undefined],
  ['dag.member.drain.requested.v1', 'deadlineMs', 5],
  ['dag.member.drain.requested.v1', 'member', '###'],
  ['dag.member.resume.requested.v1', 'member', undefined],
  ['dag.maintenance.limits-changed.v1', 'text', undefined],
  ['dag.maintenance.get.v1', 'requestId', 'two words'],
  ['dag.cancel.requested.v1', 'runId', 'last'],
  ['dag.cancel.requested.v1', 'runId', undefined],
  ['dag.backup.start.v1', 'databaseGuid', 'MBX01'],
  ['dag.backup.start.v1', 'epoch', -1],
  ['dag.backup.start.v1', 'attempt', 0],
  ['dag.backup.start.v1', 'attempt', undefined],
  ['dag.backup.start.v1', 'expectedRole', 'any'],
  ['dag.backup.start.v1', 'leaseMs', 3_600_001],
  ['dag.backup.start.v1', 'leaseMs', 999],
  ['dag.attempt.describe.v1', 'attempt', 0],
  ['dag.attempt.describe.v1', 'runId', 'last night'],
  ['dag.backup.stop.v1', 'reason', undefined],
  ['dag.node.report-state.v1', 'reason', 12],
  ['dag.attempt.accepted.v1', 'memberId', ''],
  ['dag.attempt.accepted.v1', 'runId', undefined],
  ['dag.attempt.started.v1', 'startedAt', '2026-01-31T22:00:00+01:00'],
  ['dag.attempt.started.v1', 'startedAt', '2026-01-31'],
  ['dag.attempt.started.v1', 'startedAt', 1_769_896_800_000],
  ['dag.attempt.refused.v1', 'failure.type', 'Copy Role'],
  ['dag.attempt.refused.v1', 'failure.retryable', 'yes'],
  ['dag.attempt.refused.v1', 'failure.cause.message', undefined],
  ['dag.attempt.refused.v1', 'failure', undefined],
  ['dag.attempt.ended.v1', 'outcome', 'lost'],
  ['dag.attempt.ended.v1', 'bytes', 5_368_709_120],
  ['dag.attempt.ended.v1', 'bytes', '-1'],
  ['dag.attempt.ended.v1', 'bytes', '1e9'],
  ['dag.attempt.ended.v1', 'durationMs', -1],
  ['dag.attempt.ended.v1', 'exitCode', 0.5],
  ['dag.attempt.ended.v1', 'evidence.proven', null],
  ['dag.heartbeat.v1', 'agentInstanceId', 'ex01'],
  ['dag.heartbeat.v1', 'attempts', null],
  ['dag.heartbeat.v1', 'attempts.0.state', 'ended'],
  ['dag.heartbeat.v1', 'attempts.0.bytesDone', 1],
  ['dag.node.reported.v1', 'sequence', 1.2],
  ['dag.node.reported.v1', 'databases.0.guid', 'no-guid'],
  ['dag.node.reported.v1', 'databases.0.copies.1.status', 'healthy'],
  ['dag.node.reported.v1', 'databases.0.copies.1.activationPreference', 17],
  ['dag.node.reported.v1', 'databases.0.sizeBytes', '18446744073709551615000'],
  ['dag.node.reported.v1', 'client.installed', 'true'],
  ['dag.node.reported.v1', 'dag.members', 'EX01'],
  ['dag.node.reported.v1', 'warnings', undefined],
  ['dag.database.move-observed.v1', 'category', 'crash'],
  ['dag.database.move-observed.v1', 'database', undefined],
  ['dag.database.failed-over.v1', 'toMember', undefined],
  ['dag.database.failed-over.v1', 'database.kind', 'mailbox'],
  ['dag.database.changed.v1', 'database.copies.0.ageMs', -5],
  ['dag.database.changed.v1', 'database.copies.0.role', 'lagged'],
  ['dag.member.changed.v1', 'change', 'gone'],
  ['dag.member.changed.v1', 'member.agent.state', 'dead'],
  ['dag.snapshot.get.v1', 'waitMs', 600_001],
  ['dag.backups.reported.v1', 'part', 1_001],
  ['dag.backups.reported.v1', 'backups.0.backupType', 'FULL'],
  ['dag.backups.reported.v1', 'backups.0.objectName', null],
  ['dag.backups.reported.v1', 'backups.0.sizeBytes', 12],
  ['dag.backups.list.v1', 'reason', undefined],
  ['dag.backups.get.v1', 'at', 'yesterday'],
  ['dag.backups.get.v1', 'databases', 'MBX01'],
  ['dag.backups.get.v1', 'limit', 501],
  ['dag.runs.list.v1', 'limit', 501],
  ['dag.plan.make.v1', 'request.backupType', 'daily'],
  ['dag.throughput.get.v1', 'member', '..'],
  ['dag.plan.make.v1', 'whatIf.growPercent', -1],
  ['dag.plan.make.v1', 'whatIf.windowMs', 0],
  ['dag.plan.make.v1', 'whatIf.withoutMembers', ['..']],
  ['dag.run.get.v1', 'afterSequence', -1],
  ['dag.run.explain.v1', 'runId', undefined],
  ['dag.run.completed.v1', 'sequence', 0],
  ['dag.run.task-rerouted.v1', 'at', 'now'],
  ['dag.run.planned.v1', 'text', undefined],
  ['dag.token.issued.v1', 'role', 'king'],
  ['dag.token.issued.v1', 'secretHash', 'secret'],
  ['dag.token.issued.v1', 'expiresAt', 'never'],
  ['dag.token.revoked.v1', 'tokenId', 'all'],
  ['dag.action.audited.v1', 'result', 'maybe'],
  ['dag.action.audited.v1', 'action', 'Delete everything'],
  ['dag.tokens.list.v1', 'limit', 0],
  ['dag.audit.list.v1', 'limit', 501],
  ['dag.audit.list.v1', 'beforePosition', 'last'],
  ['dag.restore.requested.v1', 'databases', []],
  ['dag.restore.requested.v1', 'databases', 'MBX01'],
  ['dag.restore.requested.v1', 'dags', ['']],
  ['dag.restore.requested.v1', 'all', 'yes'],
  ['dag.restore.requested.v1', 'point.kind', 'yesterday'],
  ['dag.restore.requested.v1', 'point.at', '2026-01-31 18:00'],
  ['dag.restore.requested.v1', 'point.at', undefined],
  ['dag.restore.requested.v1', 'to.kind', 'elsewhere'],
  ['dag.restore.requested.v1', 'confirm', 'MBX01'],
  ['dag.node.reported.v1', 'client.call.options', ['x'.repeat(4_001)]],
  ['dag.node.reported.v1', 'client.call.dagNode', 7],
  ['dag.restore.requested.v1', 'withoutCopiesOn', []],
  ['dag.restore.requested.v1', 'withoutCopiesOn', 'ex03'],
  ['dag.restore.requested.v1', 'withoutCopiesOn', ['###']],
  ['dag.restore.requested.v1', 'fullAfter', 'never'],
  ['dag.restore.requested.v1', 'onRunningBackup', 'ignore'],
  ['dag.restore.requested.v1', 'deadlineMs', 0],
  ['dag.restore.preflight.v1', 'point.backupId', ''],
  ['dag.restore.preflight.v1', 'to.path', undefined],
  ['dag.restore.preflight.v1', 'to.member', '###'],
  ['dag.restore.step.ordered.v1', 'step.kind', 'format'],
  ['dag.restore.step.ordered.v1', 'step.objects', []],
  ['dag.restore.step.ordered.v1', 'step.objects.0.startedAt', 'then'],
  ['dag.restore.step.ordered.v1', 'step.sourceDatabaseName', undefined],
  ['dag.restore.step.ordered.v1', 'step', undefined],
  ['dag.restore.step.ordered.v1', 'number', 0],
  ['dag.restore.step.ordered.v1', 'leaseMs', 999],
  ['dag.restore.step.stop.v1', 'reason', undefined],
  ['dag.restore.step.describe.v1', 'stepId', undefined],
  ['dag.restore.step.accepted.v1', 'memberId', ''],
  ['dag.restore.step.ended.v1', 'outcome', 'lost'],
  ['dag.restore.step.ended.v1', 'wrote', 'no'],
  ['dag.restore.step.ended.v1', 'bytes', 12],
  ['dag.restore.step.ended.v1', 'database.guid', 'MBX01'],
  ['dag.alarm.acknowledge.requested.v1', 'alarmId', ''],
  ['dag.alarm.raised.v1', 'kind', 'loud'],
  ['dag.alarm.raised.v1', 'commands', 'Mount-Database'],
  ['dag.alarms.list.v1', 'limit', 0],
];

describe('wrong data', () => {
  it.each(REFUSED)('%s with %s = %j is refused, naming the field', (type, path, value) => {
    const violations = violationsOf(type, altered(type, path, value));
    expect(violations.length).toBeGreaterThan(0);
    const field = path.split('.').find((word) => Number.isNaN(Number(word))) ?? path;
    expect(violations.every((violation) => violation.includes(field))).toBe(true);
  });

  it.each([
    ['dag.snapshot.get.v1', 'databases.0.copies.0.observedBy', undefined],
    ['dag.run.get.v1', 'tasks.0.attempts.0.outcome', 'won'],
    ['dag.runs.list.v1', 'runs.0.status', 'done'],
    ['dag.plan.make.v1', 'format', 'dag-plan/9'],
    ['dag.plan.make.v1', 'tasks.0.outcome', 'perhaps'],
    ['dag.run.explain.v1', 'decisions.0.candidates.0.chosen', 1],
    ['dag.heartbeat.v1', 'grants.0.verdict', 'maybe'],
    ['dag.restore.preflight.v1', 'databases.0.needsConfirmation', undefined],
    ['dag.alarms.list.v1', 'alarms.0.kind', 'loud'],
    ['dag.tokens.list.v1', 'tokens.0.role', 'king'],
    ['dag.audit.list.v1', 'entries.0.position', 0],
    ['dag.backups.get.v1', 'backups.0.origin', 'tape'],
    ['dag.backups.get.v1', 'sources.0.listingAgeMs', -1],
  ])('the answer to %s with %s = %j is refused', (type, path, value) => {
    expect(replyViolationsOf(type, altered(`${type}.reply`, path, value))).toHaveLength(1);
  });

  it('names every violation at once, nested ones by their path', () => {
    const data = {
      ...altered('dag.node.reported.v1', 'databases.0.guid', 'no-guid'),
      sequence: -1,
      agentInstanceId: 'x',
      client: { installed: 7 },
    };
    const violations = violationsOf('dag.node.reported.v1', data).join('\n');
    for (const path of ['sequence', 'agentInstanceId', 'client.installed', 'databases[0].guid'])
      expect(violations).toContain(path);
  });

  it.each([null, 'text', 7, [], undefined])('%j is no data', (data) => {
    expect(violationsOf('dag.backup.requested.v1', data)).toEqual(['the data must be a JSON object']);
  });

  it('lists the words that are right', () => {
    expect(violationsOf('dag.backup.requested.v1', { backupType: 'daily' })).toEqual([
      'backupType must be one of full, copy, incremental, differential, not "daily"',
    ]);
  });

  it('takes an empty request: everything that the inventory knows', () => {
    expect(violationsOf('dag.backup.requested.v1', {})).toEqual([]);
  });

  it.each([
    [{ kind: 'suspendCopy', copyMember: 'ex02' }, 'step.comment'],
    [{ kind: 'resumeCopy', comment: 'restore' }, 'step.copyMember'],
    [{ kind: 'reseedCopy' }, 'step.copyMember'],
    [{ kind: 'moveActive' }, 'step.toMember'],
    [{ kind: 'restoreFiles', sourceDatabaseName: 'MBX01' }, 'step.folder'],
  ])('demands of a step what its kind needs: %j lacks %s', (step, field) => {
    const data = altered('dag.restore.step.ordered.v1', 'step', step);
    expect(violationsOf('dag.restore.step.ordered.v1', data).join('; ')).toContain(field);
  });

  it('takes a step with no more than its kind needs', () => {
    for (const kind of ['readState', 'dismount', 'mount', 'allowFileRestore', 'removeRecoveryDatabase'])
      expect(
        violationsOf('dag.restore.step.ordered.v1', altered('dag.restore.step.ordered.v1', 'step', { kind })),
      ).toEqual([]);
  });

  it('is tried with every type of data that a message may carry', () => {
    const tried = new Set(REFUSED.map(([type]) => contractOf(type)?.data.name));
    expect(allContracts().filter(({ data }) => !tried.has(data.name))).toEqual([]);
  });
});

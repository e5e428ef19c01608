import { describe, expect, it } from '@jest/globals';
import { databaseOf, snapshotOf } from '../../../../libs/client/test/fixtures.js';
import { dagctl } from '../../test-support/dagctl.js';
import { finished } from '../../test-support/runs.js';

const LIST_RUNS = 'dag.runs.list.v1';
const SNAPSHOT = 'dag.snapshot.get.v1';

describe('dagctl status, members, databases', () => {
  it('shows what answers when the other service is silent', async () => {
    const { exitCode, out } = await dagctl('status', { answers: { [SNAPSHOT]: [snapshotOf()] } });
    expect(exitCode).toBe(8);
    expect(out).toContain('DAG01');
    expect(out).toContain('conductor does not answer');
  });

  it('shows only databases that need a look', async () => {
    const snapshot = snapshotOf({ databases: [databaseOf('MBX01'), databaseOf('MBX02', { mounted: false })] });
    const { out } = await dagctl('databases --problems', { answers: { [SNAPSHOT]: [snapshot] } });
    expect(out).toContain('MBX02');
    expect(out).not.toContain('MBX01');
  });

  it.each([
    ['members', SNAPSHOT, snapshotOf(), 'members'],
    ['databases', SNAPSHOT, snapshotOf(), 'databases'],
    ['runs', LIST_RUNS, { runs: [finished()] }, 'runs'],
  ])('%s --json has a stable key', async (command, type, answer, key) => {
    const { out } = await dagctl(`${command} --json`, { answers: { [type]: [answer] } });
    expect((JSON.parse(out) as Readonly<Record<string, unknown[]>>)[key]).toHaveLength(key === 'members' ? 2 : 1);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { MemberView, RestorePreflight, RestoreTarget } from '#contracts';
import { RestoreBench } from '../testing/restore-bench.js';
import { SETTINGS } from '../testing/worlds.js';
import { restoreOrderOf } from './decide/request.js';
import { propose } from './plan.js';
import { preflightOf } from './preflight.js';

const GIB = 1_073_741_824;

/** The dry run for a stand-alone database of 10 GiB on EX01, into a new one on EX02. */
function dryRun(to: RestoreTarget, onMember: Partial<MemberView>): RestorePreflight {
  const bench = new RestoreBench(['ex01', 'ex02']);
  bench.database(1, ['ex01'], { sizeBytes: 10 * GIB });
  bench.memberChanges.set('ex02', onMember);
  bench.memberChanges.set('ex01', { exchangeVersion: 'Version 15.2 (Build 1118.7)' });
  const world = bench.world();
  const proposal = propose(restoreOrderOf({ databases: ['MBX01'], to }), bench.backups, { world, isAlive: () => true });
  return preflightOf(proposal, world, SETTINGS.restore);
}

const volume = (path: string, freeGib: number | null) => ({
  path,
  freeBytes: freeGib === null ? null : String(freeGib * GIB),
  totalBytes: null,
});
const told = ({ databases }: RestorePreflight): string => JSON.stringify(databases.map(({ warnings }) => warnings));

describe.each<[string, RestoreTarget, string]>([
  ['another server', { kind: 'server', member: 'ex02' }, 'MBX01-EX02'],
  ['a recovery database', { kind: 'recovery', member: 'ex02' }, 'Recovery-MBX01'],
])('the dry run for %s', (_, to, name) => {
  it('refuses where the new database fits on no volume', () => {
    const preflight = dryRun(to, { volumes: [volume('C:\\', 1), volume('D:\\', 9)] });
    expect(preflight.isReady).toBe(false);
    expect(preflight.databases[0]?.problems).toEqual([
      `no volume of EX02 has room for ${name}: 10.0 GiB are needed, and at most 9.0 GiB are free`,
    ]);
    expect(preflight.databases[0]).toMatchObject({ freeBytes: String(9 * GIB), neededBytes: String(10 * GIB) });
  });

  it('says which volumes are too small where it fits on others, for Exchange chooses', () => {
    const preflight = dryRun(to, { volumes: [volume('C:\\', 1), volume('D:\\', 10)] });
    expect(preflight.isReady).toBe(true);
    expect(told(preflight)).toContain('must not put it on C:');
    expect(told(dryRun(to, { volumes: [volume('D:\\', 10)] }))).not.toContain('needed');
  });

  it('does not take unknown space for none', () => {
    for (const volumes of [[], [volume('C:\\', 1), volume('D:\\', null)]]) {
      const preflight = dryRun(to, { volumes });
      expect(preflight.isReady).toBe(true);
      expect(told(preflight)).toContain(`how much space is free for ${name} on EX02 is not known`);
    }
  });

  it('refuses another release of Exchange, and takes another build of the same', () => {
    const other = dryRun(to, { exchangeVersion: '15.1.2507.6', volumes: [volume('D:\\', 99)] });
    expect(other.databases[0]?.problems).toEqual([expect.stringContaining('EX02 has 15.1.2507.6')]);
    expect(dryRun(to, { exchangeVersion: '15.2.1544.4', volumes: [volume('D:\\', 99)] }).isReady).toBe(true);
  });
});

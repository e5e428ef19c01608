import { describe, expect, it } from '@jest/globals';
import type { RestorePreflight, RestoreRequest, VolumeView } from '#contracts';
import fc from 'fast-check';
import { EMPTY_WORLD, type World } from '../domain/world.js';
import { RestoreBench } from '../testing/restore-bench.js';
import { fullOf } from '../testing/sim-databases.js';
import { SETTINGS, memberView } from '../testing/worlds.js';
import { restoreOrderOf } from './decide/request.js';
import { propose } from './plan.js';
import { preflightOf } from './preflight.js';
import { judgeSpace, type SpaceClaim } from './space.js';

const GIB = 1_073_741_824;
const HOLDERS = ['ex01', 'ex02'];

function volume(path: string, freeGib: number): VolumeView {
  return { path, freeBytes: String(freeGib * GIB), totalBytes: null };
}

/** Two databases on one volume, whose backups are each 3 GiB larger than they are now. */
function dryRun(request: RestoreRequest, free: Readonly<Record<string, readonly VolumeView[]>>): RestorePreflight {
  const bench = new RestoreBench(HOLDERS);
  for (const number of [1, 2]) {
    const database = bench.database(number, HOLDERS, { sizeBytes: GIB, edbPath: `D:\\MBX\\${number}.edb` });
    bench.backups.pop();
    bench.backups.push(fullOf(database, { sizeBytes: String(4 * GIB) }));
  }
  for (const [member, volumes] of Object.entries(free)) bench.memberChanges.set(member, { volumes });
  const world = bench.world();
  const proposal = propose(restoreOrderOf(request), bench.backups, { world, isAlive: () => true });
  return preflightOf(proposal, world, SETTINGS.restore);
}

const BOTH: RestoreRequest = { databases: ['MBX01', 'MBX02'], confirm: ['MBX01', 'MBX02'] };
const ample = [volume('D:\\', 99)];

describe('what a request writes is added up', () => {
  it('volume by volume: two databases that each fit do not fit together', () => {
    const tight = { ex01: [volume('D:\\', 5)], ex02: ample };
    expect(dryRun({ ...BOTH, databases: ['MBX01'] }, tight).isReady).toBe(true);
    const { isReady, problems } = dryRun(BOTH, tight);
    expect(isReady).toBe(false);
    expect(problems).toEqual([
      'EX01 has 5.0 GiB free on D:\\ for D:\\MBX\\1.edb, D:\\MBX\\2.edb, and 6.0 GiB are needed together',
    ]);
    expect(dryRun(BOTH, { ex01: [volume('D:\\', 6)], ex02: ample }).isReady).toBe(true);
  });

  it('where copies are made anew, too', () => {
    expect(dryRun(BOTH, { ex01: ample, ex02: [volume('D:\\', 5)] }).problems.join()).toContain('EX02 has 5.0 GiB free');
  });

  it('for recovery databases, whose volume Exchange chooses, as far as it is certain', () => {
    const request: RestoreRequest = { databases: ['MBX01', 'MBX02'], to: { kind: 'recovery', member: 'ex02' } };
    const inAll = (c: number, d: number): RestorePreflight =>
      dryRun(request, { ex02: [volume('C:\\', c), volume('D:\\', d)] });
    expect(inAll(3, 4).problems).toEqual([
      'EX02 has 7.0 GiB free in all for Recovery-MBX01, Recovery-MBX02, and 8.0 GiB are needed together',
    ]);
    expect(inAll(4, 7)).toMatchObject({
      isReady: true,
      warnings: [
        '8.0 GiB are needed together for Recovery-MBX01, Recovery-MBX02 on EX02: ' +
          'Exchange must not put all of them on C:\\, D:\\, which is too small',
      ],
    });
    expect(inAll(4, 8).warnings.join()).toContain('Exchange must not put all of them on C:\\, which');
    expect(inAll(8, 9)).toMatchObject({ isReady: true, warnings: [] });
  });

  it('for files in folders of one volume', () => {
    const request: RestoreRequest = {
      databases: ['MBX01', 'MBX02'],
      to: { kind: 'files', path: 'E:\\out', member: 'ex01' },
    };
    expect(dryRun(request, { ex01: [volume('E:\\', 7)] }).problems).toHaveLength(1);
    expect(dryRun(request, { ex01: [volume('E:\\', 8)] }).isReady).toBe(true);
  });

  it('and refused exactly where a volume has less than is written to it', () => {
    const free = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 3, maxLength: 3 });
    const claim = fc.record({ on: fc.nat({ max: 2 }), bytes: fc.integer({ min: 0, max: 9 }), of: fc.nat({ max: 4 }) });
    fc.assert(
      fc.property(free, fc.array(claim, { maxLength: 12 }), (frees, wanted) => {
        const paths = ['C:\\', 'D:\\', 'D:\\mount\\'];
        const volumes = paths.map((path, index) => ({ path, freeBytes: String(frees[index]), totalBytes: null }));
        const world: World = {
          ...EMPTY_WORLD,
          members: EMPTY_WORLD.members.set('ex01', memberView('EX01', { volumes })),
        };
        const claims = wanted.map(({ on, bytes, of }): SpaceClaim => ({
          databaseGuid: `db${of}`,
          member: 'ex01',
          bytes,
          what: `db${of}`,
          place: { path: `${paths[on]}db${of}` },
        }));
        const tooFull = paths.filter(
          (_, index) =>
            wanted.reduce((sum, { on, bytes }) => sum + (on === index ? bytes : 0), 0) > (frees[index] ?? 0),
        );
        expect(judgeSpace(claims, world).filter(({ kind }) => kind === 'problem')).toHaveLength(tooFull.length);
      }),
      { numRuns: 200 },
    );
  });
});

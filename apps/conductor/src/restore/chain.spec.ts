import { describe, expect, it } from '@jest/globals';
import type { BackupType, BackupView } from '#contracts';
import fc from 'fast-check';
import { chainTo } from './chain.js';

const BASE_MS = Date.parse('2026-01-01T00:00:00Z');
const at = (minute: number): string => new Date(BASE_MS + minute * 60_000).toISOString();

function backup(
  minute: number,
  backupType: BackupType,
  fullId: string | null,
  changes: Partial<BackupView> = {},
): BackupView {
  const id = `MBX01/${minute}`;
  return {
    id,
    databaseName: 'MBX01',
    databaseGuid: null,
    backupType,
    startedAt: at(minute),
    endedAt: at(minute + 1),
    sizeBytes: '1000',
    objectName: String(minute),
    sourceMember: 'ex01',
    node: 'DAG1',
    location: 'server',
    active: true,
    fullId: backupType === 'full' ? id : fullId,
    origin: 'client',
    runId: null,
    attemptId: null,
    listedBy: ['ex01'],
    ...changes,
  };
}

/** Backups as a catalogue holds them: each log backup belongs to the newest full before it. */
function history(...entries: readonly (readonly [minute: number, type: BackupType])[]): readonly BackupView[] {
  let fullId: string | null = null;
  return entries.map(([minute, type]) => {
    const made = backup(minute, type, type === 'copy' ? null : fullId);
    if (type === 'full') fullId = made.id;
    return made;
  });
}

function idsTo(minute: number, backups: readonly BackupView[]): readonly string[] {
  const chain = chainTo({ kind: 'time', at: at(minute) }, backups, 'MBX01');
  return chain.kind === 'found' ? chain.objects.map(({ objectName }) => objectName ?? '') : [];
}

describe('the chain that leads to a point', () => {
  const incrementals = history(
    [0, 'full'],
    [10, 'incremental'],
    [20, 'incremental'],
    [30, 'full'],
    [40, 'incremental'],
  );

  it('is the full and its incrementals until then, in order', () => {
    expect(idsTo(25, incrementals)).toEqual(['0', '10', '20']);
    expect(idsTo(29, incrementals)).toEqual(['0', '10', '20']);
    expect(idsTo(10, incrementals)).toEqual(['0', '10']);
    expect(idsTo(30, incrementals)).toEqual(['30']);
    expect(chainTo({ kind: 'newest' }, incrementals, 'MBX01')).toMatchObject({
      objects: [{ objectName: '30' }, { objectName: '40' }],
    });
  });

  it('has only the last of several differentials', () => {
    expect(idsTo(25, history([0, 'full'], [10, 'differential'], [20, 'differential']))).toEqual(['0', '20']);
  });

  it('has no differential that an incremental came after, and the incrementals before one', () => {
    const mixed = history([0, 'full'], [10, 'differential'], [20, 'incremental'], [30, 'differential']);
    expect(idsTo(25, mixed)).toEqual(['0', '20']);
    expect(idsTo(35, mixed)).toEqual(['0', '20', '30']);
  });

  it('is a copy alone: nothing continues it, and it continues nothing', () => {
    const copies = history([0, 'full'], [10, 'copy'], [20, 'incremental']);
    expect(idsTo(15, copies)).toEqual(['10']);
    expect(idsTo(20, copies)).toEqual(['0', '20']);
  });

  it('leads to a given backup, whatever came later', () => {
    expect(chainTo({ kind: 'backup', backupId: 'MBX01/20' }, incrementals, 'MBX01')).toMatchObject({
      objects: [{ objectName: '0' }, { objectName: '10' }, { objectName: '20' }],
    });
  });

  it('goes back to an older backup where a newer one lacks its full', () => {
    const orphaned = [backup(0, 'full', null), backup(10, 'incremental', 'MBX01/5')];
    expect(idsTo(15, orphaned)).toEqual(['0']);
  });

  it('says what is missing, and what can be done', () => {
    expect(chainTo({ kind: 'time', at: at(-5) }, incrementals, 'MBX01')).toMatchObject({
      kind: 'missing',
      reason: expect.stringContaining('not after'),
    });
    expect(chainTo({ kind: 'backup', backupId: 'MBX01/99' }, incrementals, 'MBX01')).toMatchObject({
      reason: expect.stringContaining('dagctl backups --database MBX01'),
    });
    const orphan = backup(10, 'incremental', 'MBX01/5');
    expect(chainTo({ kind: 'backup', backupId: orphan.id }, [orphan], 'MBX01')).toMatchObject({
      reason: expect.stringContaining('the full that'),
    });
  });

  it('leaves out local snapshots and backups without a name that are not the newest', () => {
    const others = [
      backup(0, 'full', null),
      backup(10, 'full', null, { location: 'local' }),
      backup(20, 'full', null, { objectName: null, active: false }),
    ];
    expect(idsTo(30, others)).toEqual(['0']);
  });
});

describe('against a model of the logs', () => {
  const TYPES: readonly BackupType[] = ['full', 'copy', 'incremental', 'differential'];

  /** What each backup holds: the database at its moment, or the logs from one moment to another. */
  interface Held {
    readonly backup: BackupView;
    readonly fromMs: number;
    readonly toMs: number;
  }

  /** Exchange's own bookkeeping: a full and an incremental truncate, a differential and a copy do not. */
  function heldBy(backups: readonly BackupView[]): readonly Held[] {
    let truncatedMs = Number.NaN;
    return backups.map((each) => {
      const toMs = Date.parse(each.startedAt);
      const isBase = each.backupType === 'full' || each.backupType === 'copy';
      const held = { backup: each, fromMs: isBase ? toMs : truncatedMs, toMs };
      if (each.backupType === 'full' || each.backupType === 'incremental') truncatedMs = toMs;
      return held;
    });
  }

  /** Every choice of backups that can be replayed without a gap, tried out: the furthest, and of those the fewest. */
  function bruteForce(backups: readonly BackupView[], limitMs: number): readonly string[] {
    const held = heldBy(backups).filter(({ toMs }) => toMs <= limitMs);
    let best: { readonly reachedMs: number; readonly ids: readonly string[] } = { reachedMs: -1, ids: [] };
    for (let choice = 1; choice < 2 ** held.length; choice += 1) {
      const chosen = held.filter((_, index) => (choice >> index) % 2 === 1);
      const [base, ...logs] = chosen;
      if (!base || (base.backup.backupType !== 'full' && base.backup.backupType !== 'copy')) continue;
      let reachedMs = base.toMs;
      const fits = logs.every((log) => {
        const continues =
          log.backup.fullId === base.backup.id &&
          base.backup.backupType === 'full' &&
          log.fromMs <= reachedMs &&
          log.toMs > reachedMs;
        if (continues) reachedMs = log.toMs;
        return continues && log.backup.backupType !== 'full' && log.backup.backupType !== 'copy';
      });
      if (!fits) continue;
      const isBetter = reachedMs > best.reachedMs || (reachedMs === best.reachedMs && chosen.length < best.ids.length);
      if (isBetter) best = { reachedMs, ids: chosen.map(({ backup: { id } }) => id) };
    }
    return best.ids;
  }

  it('reaches as far as any choice of backups can, with none too many', () => {
    const histories = fc
      .array(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 9 })
      .map((types) => history(...types.map((type, index) => [index * 10, type] as const)));
    fc.assert(
      fc.property(histories, fc.integer({ min: -5, max: 95 }), (backups, minute) => {
        const chain = chainTo({ kind: 'time', at: at(minute) }, backups, 'MBX01');
        const ids = chain.kind === 'found' ? chain.objects.map(({ backupId }) => backupId) : [];
        expect(ids).toEqual(bruteForce(backups, Date.parse(at(minute))));
      }),
      { numRuns: 500 },
    );
  });
});

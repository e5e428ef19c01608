import { describe, expect, it } from '@jest/globals';
import type { AttemptEnd, BackupListing, BackupView, ListedBackup } from '#contracts';
import { DB1, START_MS, instanceOf } from '../testing/given.js';
import { acceptEnd, acceptListing, incompleteMembers } from './accept.js';
import { pageOf } from './page.js';
import { EMPTY_CATALOGUE, type CatalogueState } from './state.js';
import { catalogueViews } from './views.js';

const RUN = '3f2c9a1e-7b64-4c1d-9a55-0f6f2d1b8e01';
const guidOf = (name: string): string | null => (name === 'DB1' ? DB1 : null);
const at = (minute: number): string => new Date(START_MS + minute * 60_000).toISOString();

function listed(minute: number, override: Partial<ListedBackup> = {}): ListedBackup {
  return {
    databaseName: 'DB1',
    backupType: 'full',
    startedAt: at(minute),
    sizeBytes: '1000',
    objectName: at(minute).replaceAll(/\D/g, '').slice(0, 14),
    sourceMember: 'ex01',
    node: 'DAG1',
    location: 'server',
    active: true,
    ...override,
  };
}

function listing(
  memberId: string,
  sequence: number,
  backups: readonly ListedBackup[],
  override: Partial<BackupListing> = {},
): BackupListing {
  const digest = backups.map(({ objectName }) => objectName).join(',');
  return {
    memberId,
    agentInstanceId: instanceOf(memberId),
    sequence,
    digest,
    part: 1,
    parts: 1,
    backups,
    failed: false,
    problem: null,
    ...override,
  };
}

function ended(minute: number, override: Partial<AttemptEnd> = {}): AttemptEnd {
  return {
    runId: RUN,
    taskId: `${DB1}/1`,
    attemptId: `${RUN}/${DB1}/1/1`,
    attempt: 1,
    memberId: 'ex01',
    outcome: 'succeeded',
    bytes: '1234',
    durationMs: 60_000,
    exitCode: 0,
    made: {
      databaseGuid: DB1,
      databaseName: 'DB1',
      backupType: 'full',
      startedAt: at(minute),
      endedAt: at(minute + 5),
    },
    ...override,
  };
}

function afterListings(...listings: readonly BackupListing[]): CatalogueState {
  return listings.reduce((state, each) => acceptListing(state, each, START_MS), EMPTY_CATALOGUE);
}

const views = (state: CatalogueState): readonly BackupView[] => catalogueViews(state, guidOf);
const ids = (state: CatalogueState): readonly string[] => views(state).map(({ id }) => id);

describe('the catalogue', () => {
  it('is built from the clients alone, each backup once, whoever lists it', () => {
    const state = afterListings(
      listing('ex01', 1, [listed(0), listed(10)]),
      listing('ex02', 1, [listed(10), listed(20, { databaseName: 'OLD' })]),
    );
    expect(views(state)).toEqual([
      expect.objectContaining({ id: 'DB1/20260131220000', databaseGuid: DB1, origin: 'client', listedBy: ['ex01'] }),
      expect.objectContaining({ id: 'DB1/20260131221000', listedBy: ['ex01', 'ex02'] }),
      expect.objectContaining({ databaseName: 'OLD', databaseGuid: null }),
    ]);
  });

  it('counts a listing when its last part is there, in whatever order they come', () => {
    const whole = { digest: 'd', parts: 2 };
    const first = acceptListing(EMPTY_CATALOGUE, listing('ex01', 1, [listed(10)], { ...whole, part: 2 }), START_MS);
    expect([ids(first), incompleteMembers(first)]).toEqual([[], ['ex01']]);
    const both = acceptListing(first, listing('ex01', 1, [listed(0)], { ...whole, part: 1 }), START_MS);
    expect([ids(both).length, incompleteMembers(both)]).toEqual([2, []]);
  });

  it('does not mix the parts of two listings', () => {
    const state = afterListings(
      listing('ex01', 1, [listed(0)], { digest: 'a', part: 1, parts: 2 }),
      listing('ex01', 2, [listed(10)], { digest: 'b', part: 2, parts: 2 }),
    );
    expect([ids(state), incompleteMembers(state)]).toEqual([[], ['ex01']]);
  });

  it('lets what is gone from a listing go, and takes no older listing, nor one of an agent that was replaced', () => {
    const newer = '99999999-9999-4999-8999-999999999999';
    const state = afterListings(
      listing('ex01', 5, [listed(0), listed(10)]),
      listing('ex01', 6, [listed(10)]),
      listing('ex01', 4, [listed(0)]),
      listing('ex01', 0, [listed(20)], { agentInstanceId: newer }),
      listing('ex01', 7, [listed(0)]),
    );
    expect(ids(state)).toEqual(['DB1/20260131222000']);
  });

  it('knows by the digest that a listing was lost', () => {
    const state = afterListings(listing('ex01', 1, [listed(0)]));
    const same = acceptListing(state, listing('ex01', 2, [listed(0)], { part: 0, parts: 0 }), START_MS + 5_000);
    expect(incompleteMembers(same)).toEqual([]);
    expect(same.sources.get('ex01')?.listing?.confirmedAtMs).toBe(START_MS + 5_000);
    const other = acceptListing(same, listing('ex01', 3, [], { digest: 'x', part: 0, parts: 0 }), START_MS);
    expect(incompleteMembers(other)).toEqual(['ex01']);
    expect(ids(other)).toHaveLength(1);
  });

  it('keeps what it knows when a client cannot be asked, and says why', () => {
    const state = afterListings(
      listing('ex01', 1, [listed(0)]),
      listing('ex01', 2, [], { digest: '', part: 0, parts: 0, failed: true, problem: 'ANS1017E' }),
    );
    expect([ids(state).length, state.sources.get('ex01')?.problem]).toEqual([1, 'ANS1017E']);
    expect(incompleteMembers(state)).toEqual([]);
  });
});

describe('a backup of a run', () => {
  it('is known at once, and is the one that the client lists later', () => {
    const made = acceptEnd(EMPTY_CATALOGUE, ended(10), START_MS);
    expect(views(made)).toEqual([
      expect.objectContaining({ id: `DB1/run-${RUN}/${DB1}/1/1`, origin: 'run', objectName: null, sizeBytes: '1234' }),
    ]);
    const confirmed = acceptListing(made, listing('ex02', 1, [listed(0), listed(11)]), START_MS);
    expect(views(confirmed).map(({ origin, runId, objectName }) => [origin, runId, objectName])).toEqual([
      ['client', null, '20260131220000'],
      ['both', RUN, '20260131221100'],
    ]);
  });

  it('is not taken for one of another member, type, database or time', () => {
    const made = acceptEnd(EMPTY_CATALOGUE, ended(10), START_MS);
    const others = [
      listed(11, { sourceMember: 'ex02' }),
      listed(12, { backupType: 'copy' }),
      listed(13, { databaseName: 'DB2' }),
      listed(17),
    ];
    const state = acceptListing(made, listing('ex02', 1, others), START_MS);
    expect(views(state).map(({ origin }) => origin)).toEqual(['run', 'client', 'client', 'client', 'client']);
  });

  it('is forgotten when its member’s client no longer lists it, but not by a listing that may be too early', () => {
    const made = acceptEnd(EMPTY_CATALOGUE, ended(10), START_MS);
    const early = acceptListing(made, listing('ex01', 1, []), START_MS + 60_000);
    expect(ids(early)).toHaveLength(1);
    const unread = acceptListing(made, listing('ex01', 1, [], { problem: 'a line' }), START_MS + 3_600_000);
    expect(ids(unread)).toHaveLength(1);
    const late = acceptListing(made, listing('ex01', 1, []), START_MS + 3_600_000);
    expect(ids(late)).toEqual([]);
  });

  it('that did not succeed is none', () => {
    const { made: _, ...rest } = ended(10);
    expect(acceptEnd(EMPTY_CATALOGUE, { ...rest, outcome: 'failed' }, START_MS)).toBe(EMPTY_CATALOGUE);
  });
});

describe('a chain', () => {
  it('begins with the newest full before it, whichever members made it; a copy stands alone', () => {
    const state = afterListings(
      listing('ex01', 1, [
        listed(0, { backupType: 'incremental' }),
        listed(10),
        listed(20, { backupType: 'incremental', sourceMember: 'ex02' }),
        listed(25, { backupType: 'copy' }),
        listed(30, { backupType: 'differential' }),
        listed(40),
        listed(50, { backupType: 'differential' }),
        listed(60, { databaseName: 'DB2', backupType: 'incremental' }),
      ]),
    );
    const first = 'DB1/20260131221000';
    const second = 'DB1/20260131224000';
    expect(views(state).map(({ fullId }) => fullId)).toEqual([null, first, first, null, first, second, second, null]);
  });
});

describe('a page', () => {
  const all = views(
    afterListings(
      listing('ex01', 1, [
        listed(0),
        listed(10, { backupType: 'incremental' }),
        listed(20),
        listed(30, { backupType: 'incremental', sourceMember: 'ex02' }),
        listed(5, { databaseName: 'DB2' }),
      ]),
    ),
  );

  it('is followed by the next until all were given, each once', () => {
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const page = pageOf(all, { limit: 2, ...(after === undefined ? {} : { after }) });
      expect(page?.total).toBe(5);
      seen.push(...(page?.backups.map(({ id }) => id) ?? []));
      if (!page?.next) break;
      after = page.next;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  it('goes on at its place when the backup there is gone', () => {
    const first = pageOf(all, { limit: 2 });
    const rest = pageOf(all.slice(3), { after: first?.next ?? '' });
    expect(rest?.backups).toEqual(all.slice(3));
  });

  it('is refused with a cursor that is none', () => {
    for (const after of ['x', 'bnVsbA', Buffer.from('[1,2,3]').toString('base64url')])
      expect(pageOf(all, { after })).toBeNull();
  });

  it('chooses by name in any letter case or GUID, by member and by time', () => {
    const idsOf = (query: object): readonly string[] => pageOf(all, query)?.backups.map(({ id }) => id) ?? [];
    expect(idsOf({ databases: ['db2'] })).toEqual(['DB2/20260131220500']);
    expect(idsOf({ databases: [DB1] })).toHaveLength(4);
    expect(idsOf({ member: 'ex02' })).toEqual(['DB1/20260131223000']);
    expect(idsOf({ startedAfter: at(10), startedBefore: at(20) })).toHaveLength(2);
  });

  it('for a moment has the newest full until then and what builds on it', () => {
    const idsAt = (minute: number): readonly (string | undefined)[] =>
      pageOf(all, { at: at(minute) })?.backups.map(({ id }) => id.slice(-6)) ?? [];
    expect(idsAt(0)).toEqual(['220000']);
    expect(idsAt(15)).toEqual(['220000', '221000', '220500']);
    expect(idsAt(60)).toEqual(['222000', '223000', '220500']);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { BackupView, DatabaseView, InventorySnapshot, RestoreRequest } from '#contracts';
import { RestoreBench } from '../testing/restore-bench.js';
import { fullOf } from '../testing/sim-databases.js';
import { databaseView, memberView } from '../testing/worlds.js';
import { restoreOrderOf } from './decide/request.js';
import { pictureFor, proposalFor, type RestorePicture } from './picture.js';

const MAX_AGE_MS = 10_000;
const mailboxes = databaseView(1, ['ex01', 'ex02']);
const recovery = databaseView(7, ['ex01'], { name: 'Recovery-MBX01', kind: 'recovery' });
const full = fullOf(new RestoreBench().database(1));

interface Known {
  readonly databases: readonly DatabaseView[];
  readonly backups: readonly BackupView[];
}

/** What is known without asking anew, and what is true. */
async function look(
  request: RestoreRequest,
  known: Partial<Known>,
  truth: Partial<Known>,
): Promise<RestorePicture & { readonly asked: readonly string[]; readonly problems: readonly string[] }> {
  const asked: string[] = [];
  const usual: Known = { databases: [mailboxes], backups: [full] };
  const told = (maxAgeMs: number | undefined): Known => ({ ...usual, ...(maxAgeMs === 0 ? truth : known) });
  const inventory = {
    snapshot: ({ maxAgeMs }: { maxAgeMs?: number }): Promise<InventorySnapshot> => {
      asked.push(`agents ${maxAgeMs}`);
      return Promise.resolve({
        takenAt: '2026-01-01T00:00:00Z',
        dags: [],
        members: [memberView('EX01'), memberView('EX02')],
        databases: told(maxAgeMs).databases,
        missingMembers: [],
      });
    },
    backups: (_: readonly string[], maxAgeMs?: number): Promise<readonly BackupView[]> => {
      if (maxAgeMs !== undefined) asked.push(`clients ${maxAgeMs}`);
      return Promise.resolve(told(maxAgeMs).backups);
    },
  };
  const isAlive = (): boolean => true;
  const order = restoreOrderOf(request);
  const picture = await pictureFor(order, { inventory, maxAgeMs: MAX_AGE_MS, waitMs: 1_000, isAlive });
  const { problems, databases } = proposalFor(order, picture, { isAlive });
  return { ...picture, asked, problems: [...problems, ...databases.flatMap((database) => database.problems)] };
}

describe('nothing is refused on an old picture', () => {
  it('what can be done as far as is known is asked for once', async () => {
    expect(await look({ databases: ['MBX01'], confirm: ['MBX01'] }, {}, {})).toMatchObject({
      asked: ['agents 10000'],
      problems: [],
    });
  });

  it('a database that was created a moment ago is found, though nobody had reported it', async () => {
    const request = { databases: ['MBX01'], to: { kind: 'removeRecovery' } } as const;
    const truth = { databases: [mailboxes, recovery] };
    expect(await look(request, {}, truth)).toMatchObject({ asked: ['agents 10000', 'agents 0'], problems: [] });
  });

  it('one that was removed, or moved, a moment ago stands against nothing', async () => {
    const known = { databases: [mailboxes, recovery] };
    expect((await look({ databases: ['MBX01'], to: { kind: 'recovery' } }, known, {})).problems).toEqual([]);
    const confirmed = { databases: ['MBX01'], confirm: ['MBX01'] };
    const homeless = { databases: [databaseView(1, ['ex01', 'ex02'], { activeMember: null })] };
    expect((await look(confirmed, homeless, {})).problems).toEqual([]);
  });

  it('a backup that was made a moment ago is found: the clients are asked too, and only then', async () => {
    const request = { databases: ['MBX01'], confirm: ['MBX01'] };
    const { asked, problems } = await look(request, { backups: [] }, { backups: [full] });
    expect(asked).toEqual(['agents 10000', 'agents 0', 'clients 0']);
    expect(problems).toEqual([]);
  });

  it('what only the asker can give is not looked for: a contradiction, a confirmation', async () => {
    for (const request of [{}, { databases: ['MBX01'] }]) {
      const { asked, problems } = await look(request, {}, {});
      expect(asked).toEqual(['agents 10000']);
      expect(problems).toHaveLength(1);
    }
  });
});

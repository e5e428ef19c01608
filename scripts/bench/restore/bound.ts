import type { RunView } from '#contracts';
import type { WorldStatus } from '../../../lab/src/world/index.js';

export interface Bound {
  readonly boundMs: number;
  /** The member with the most to do. */
  readonly member: string;
  readonly restoredBytes: number;
  readonly seededBytes: number;
}

/**
 * No restore of these databases can be over sooner: each is restored where its active copy is, each passive copy is read from
 * there once more, and the disk of a member moves so many bytes a second, whatever it does at once.
 */
export function boundOf(run: RunView, world: WorldStatus): Bound {
  const restored = new Map<string, number>();
  const seeded = new Map<string, number>();
  for (const { databaseName, member, backups } of run.restore?.tasks ?? []) {
    const database = world.databases.find(({ name }) => name === databaseName);
    if (!database || member === null) throw new Error(`${databaseName} was restored nowhere, so there is no bound`);
    const bytes = backups.reduce((sum, { sizeBytes }) => sum + Number(sizeBytes ?? 0), 0);
    restored.set(member, (restored.get(member) ?? 0) + bytes);
    seeded.set(member, (seeded.get(member) ?? 0) + database.sizeBytes * (database.copies.length - 1));
  }
  const bounds = [...restored.keys()].map((member): Bound => {
    const rate = world.members.find(({ name }) => name.toLowerCase() === member)?.rateBytesPerSecond ?? 0;
    const restoredBytes = restored.get(member) ?? 0;
    const seededBytes = seeded.get(member) ?? 0;
    return { member, restoredBytes, seededBytes, boundMs: ((restoredBytes + seededBytes) / rate) * 1_000 };
  });
  const most = bounds.toSorted((a, b) => b.boundMs - a.boundMs)[0];
  if (!most) throw new Error('the run restored nothing');
  return most;
}

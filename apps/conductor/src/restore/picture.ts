import type { BackupView, InventorySnapshot } from '#contracts';
import type { Inventory } from '../application/ports.js';
import { worldFromSnapshot } from '../domain/world.js';
import { contradictionIn, propose, type RestoreProposal } from './plan.js';
import type { RestoreOrder } from './restore.events.js';

/** What a restore is judged on. */
export interface RestorePicture {
  readonly snapshot: InventorySnapshot;
  readonly backups: readonly BackupView[];
}

export interface PictureOptions {
  readonly inventory: Inventory;
  /** Members whose report is older are asked to look again. */
  readonly maxAgeMs: number;
  /** How long each look waits for them. */
  readonly waitMs: number;
  isAlive(member: string): boolean;
}

/** A look at every agent, and a listing of every client, whatever was reported before. */
const ANEW_MS = 0;

/**
 * Nothing is refused on an old picture: what was created, removed, dismounted or backed up a moment ago may be the very thing that
 * is missing. So where something stands against a request, all agents are asked once more, and what they say then counts; their
 * clients too, where no backup leads to the point.
 */
export async function pictureFor(order: RestoreOrder, options: PictureOptions): Promise<RestorePicture> {
  const { inventory, maxAgeMs, waitMs } = options;
  const [snapshot, backups] = await Promise.all([
    inventory.snapshot({ maxAgeMs, waitMs }),
    inventory.backups(order.databases),
  ]);
  const known = { snapshot, backups };
  if (contradictionIn(order) !== undefined) return known;
  const proposal = proposalFor(order, known, options);
  if (!mayLookBetterAnew(proposal)) return known;
  const isAboutBackups = proposal.databases.some(({ plan, member }) => plan === null && member !== null);
  const [newer, listed] = await Promise.all([
    inventory.snapshot({ maxAgeMs: ANEW_MS, waitMs }),
    isAboutBackups ? inventory.backups(order.databases, ANEW_MS) : backups,
  ]);
  return { snapshot: newer, backups: listed };
}

export function proposalFor(
  order: RestoreOrder,
  { snapshot, backups }: RestorePicture,
  { isAlive }: Pick<PictureOptions, 'isAlive'>,
): RestoreProposal {
  const heard = new Set(snapshot.members.filter(({ agent }) => agent.state === 'alive').map(({ id }) => id));
  const context = {
    world: worldFromSnapshot(snapshot),
    isAlive: (member: string) => heard.has(member) || isAlive(member),
  };
  return propose(order, backups, context);
}

/** A confirmation that is missing is the asker's to give, and no look brings it. */
function mayLookBetterAnew({ problems, databases }: RestoreProposal): boolean {
  return (
    problems.length > 0 ||
    databases.some(({ problems: own, needsConfirmation }) => own.length > Number(needsConfirmation))
  );
}

import type { World, WorldStatus } from '../../../lab/src/world/index.js';

const LOOK_EVERY_MS = 100;

/** How long the disk of each member moved nothing: what the bound knows nothing of is there. */
export class DiskWatch {
  private readonly idle = new Map<string, number>();
  private lastMs = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly world: World) {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  idleMs(member: string): number {
    return this.idle.get(member) ?? 0;
  }

  private look(): void {
    const nowMs = performance.now();
    const world = this.world.status();
    const busy = busyMembers(world);
    for (const { name } of world.members) {
      const member = name.toLowerCase();
      if (!busy.has(member)) this.idle.set(member, this.idleMs(member) + nowMs - this.lastMs);
    }
    this.lastMs = nowMs;
  }
}

/** A restore writes to the disk of its member; a reseed reads from that of the active copy. */
function busyMembers({ restores, databases }: WorldStatus): ReadonlySet<string> {
  const restoring = restores.filter(({ endedAt }) => endedAt === null).map(({ member }) => member);
  const seeding = databases
    .filter(({ copies }) => copies.some(({ status }) => status === 'Seeding'))
    .map(({ activeMember }) => activeMember);
  return new Set([...restoring, ...seeding].map((member) => member.toLowerCase()));
}

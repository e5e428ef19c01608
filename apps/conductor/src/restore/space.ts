import type { MemberView, VolumeView } from '#contracts';
import { formatBytes } from '../domain/format.js';

/** What stands against putting so much data in a place, and what should be known of it. */
export interface SpaceJudgement {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const NOTHING: SpaceJudgement = { problems: [], warnings: [] };

/** For files whose path is known. */
export function spaceAt(
  neededBytes: number,
  volume: VolumeView | undefined,
  memberName: string,
  what: string,
): SpaceJudgement {
  if (neededBytes <= 0) return NOTHING;
  const freeBytes = volume?.freeBytes ?? null;
  if (freeBytes === null) return warning(`how much space is free for ${what} on ${memberName} is not known`);
  if (Number(freeBytes) >= neededBytes) return NOTHING;
  return problem(
    `${memberName} has ${formatBytes(Number(freeBytes))} free for ${what}, and ${formatBytes(neededBytes)} are needed`,
  );
}

/** For a database that does not exist yet: Exchange chooses its volume, so only what fits nowhere is certain to fail. */
export function spaceForNew(
  neededBytes: number,
  view: MemberView | undefined,
  memberName: string,
  what: string,
): SpaceJudgement {
  if (neededBytes <= 0) return NOTHING;
  const volumes = view?.volumes ?? [];
  const tooSmall = volumes.filter(({ freeBytes }) => freeBytes !== null && Number(freeBytes) < neededBytes);
  const unknown = volumes.filter(({ freeBytes }) => freeBytes === null);
  const needed = formatBytes(neededBytes);
  const largest = roomiestOf(view)?.freeBytes ?? null;
  if (volumes.length === 0 || unknown.length > 0)
    return warning(`how much space is free for ${what} on ${memberName} is not known; ${needed} are needed`);
  if (tooSmall.length === volumes.length)
    return problem(
      `no volume of ${memberName} has room for ${what}: ${needed} are needed, and at most ${formatBytes(Number(largest))} are free`,
    );
  if (tooSmall.length === 0) return NOTHING;
  const paths = tooSmall.map(({ path }) => path).join(', ');
  return warning(
    `${needed} are needed for ${what} on ${memberName}: Exchange must not put it on ${paths}, which is too small`,
  );
}

/** The longest mount point that the path begins with. */
export function volumeOf(view: MemberView | undefined, path: string | null): VolumeView | undefined {
  if (path === null) return undefined;
  const wanted = path.toLowerCase();
  return view?.volumes
    ?.filter((volume) => wanted.startsWith(volume.path.toLowerCase()))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}

/** The volume with the most free space that is known of. */
export function roomiestOf(view: MemberView | undefined): VolumeView | undefined {
  return view?.volumes
    ?.filter(({ freeBytes }) => freeBytes !== null)
    .toSorted((a, b) => Number(b.freeBytes) - Number(a.freeBytes))[0];
}

function problem(text: string): SpaceJudgement {
  return { problems: [text], warnings: [] };
}

function warning(text: string): SpaceJudgement {
  return { problems: [], warnings: [text] };
}

import type { MemberView, VolumeView } from '#contracts';
import { formatBytes } from '../domain/format.js';
import { memberName, type World } from '../domain/world.js';

/** Bytes of one restore that come to lie on one member: those of the restore itself, or of a copy that is made anew. */
export interface SpaceClaim {
  readonly databaseGuid: string;
  readonly member: string;
  readonly bytes: number;
  /** What is written, for people. */
  readonly what: string;
  /** Where; null: not known. `chosen`: Exchange chooses the volume of a database that does not exist yet. */
  readonly place: { readonly path: string | null } | 'chosen';
}

/** What stands against putting so much data in places, and what should be known of it. */
export interface SpaceJudgement {
  /** Whose restores it is about; one that is about several stands against the request as a whole. */
  readonly databaseGuids: readonly string[];
  readonly kind: 'problem' | 'warning';
  readonly text: string;
}

/** Names in one sentence; all the others have theirs in the list of databases. */
const NAMED_MAX = 10;

/** All that a request writes, volume by volume: what fits alone may not fit together. */
export function judgeSpace(claims: readonly SpaceClaim[], world: World): readonly SpaceJudgement[] {
  const needed = claims.filter(({ bytes }) => bytes > 0);
  return [...new Set(needed.map(({ member }) => member))].flatMap((member) =>
    judgeMember(
      needed.filter((claim) => claim.member === member),
      world.members.get(member),
      memberName(world, member),
    ),
  );
}

function judgeMember(
  claims: readonly SpaceClaim[],
  view: MemberView | undefined,
  name: string,
): readonly SpaceJudgement[] {
  const onVolumes = new Map<VolumeView | undefined, SpaceClaim[]>();
  const chosen: SpaceClaim[] = [];
  for (const claim of claims) {
    if (claim.place === 'chosen') {
      chosen.push(claim);
      continue;
    }
    const volume = volumeOf(view, claim.place.path);
    const others = onVolumes.get(volume);
    if (others) others.push(claim);
    else onVolumes.set(volume, [claim]);
  }
  const judgements = [...onVolumes].flatMap(([volume, together]) => judgeVolume(together, volume, name));
  if (chosen.length === 0) return judgements;
  const left = (view?.volumes ?? []).map((volume) => ({
    path: volume.path,
    freeBytes: volume.freeBytes === null ? null : Number(volume.freeBytes) - sumOf(onVolumes.get(volume) ?? []),
  }));
  return [...judgements, ...judgeChosen(chosen, left, name)];
}

function judgeVolume(
  claims: readonly SpaceClaim[],
  volume: VolumeView | undefined,
  name: string,
): readonly SpaceJudgement[] {
  const freeBytes = volume?.freeBytes ?? null;
  const what = whatOf(claims);
  if (freeBytes === null)
    return [judged(claims, 'warning', `how much space is free for ${what} on ${name} is not known`)];
  const bytes = sumOf(claims);
  if (Number(freeBytes) >= bytes) return [];
  const where = claims.length > 1 ? ` on ${volume?.path}` : '';
  const free = formatBytes(Number(freeBytes));
  return [judged(claims, 'problem', `${name} has ${free} free${where} for ${what}, and ${neededText(claims)}`)];
}

/** Exchange chooses, so only what cannot fit whatever it chooses is certain to fail. */
function judgeChosen(
  claims: readonly SpaceClaim[],
  volumes: readonly { readonly path: string; readonly freeBytes: number | null }[],
  name: string,
): readonly SpaceJudgement[] {
  const what = whatOf(claims);
  const needed = neededText(claims);
  const free = volumes.flatMap(({ freeBytes }) => (freeBytes === null ? [] : [freeBytes]));
  if (volumes.length === 0 || free.length < volumes.length)
    return [judged(claims, 'warning', `how much space is free for ${what} on ${name} is not known; ${needed}`)];
  const roomiest = Math.max(0, ...free);
  const homeless = claims.filter(({ bytes }) => bytes > roomiest);
  if (homeless.length > 0)
    return homeless.map((claim) =>
      judged(
        [claim],
        'problem',
        `no volume of ${name} has room for ${claim.what}: ${neededText([claim])}, and at most ${formatBytes(roomiest)} are free`,
      ),
    );
  const inAll = free.reduce((sum, each) => sum + Math.max(0, each), 0);
  const bytes = sumOf(claims);
  if (inAll < bytes)
    return [judged(claims, 'problem', `${name} has ${formatBytes(inAll)} free in all for ${what}, and ${needed}`)];
  const tooSmall = volumes.filter(({ freeBytes }) => freeBytes !== null && freeBytes < bytes);
  if (tooSmall.length === 0) return [];
  const paths = tooSmall.map(({ path }) => path).join(', ');
  const it = claims.length > 1 ? 'all of them' : 'it';
  return [
    judged(
      claims,
      'warning',
      `${needed} for ${what} on ${name}: Exchange must not put ${it} on ${paths}, which is too small`,
    ),
  ];
}

function judged(claims: readonly SpaceClaim[], kind: SpaceJudgement['kind'], text: string): SpaceJudgement {
  return { databaseGuids: [...new Set(claims.map(({ databaseGuid }) => databaseGuid))], kind, text };
}

function whatOf(claims: readonly SpaceClaim[]): string {
  const names = [...new Set(claims.map(({ what }) => what))];
  const more = names.length - NAMED_MAX;
  return `${names.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function neededText(claims: readonly SpaceClaim[]): string {
  return `${formatBytes(sumOf(claims))} are needed${claims.length > 1 ? ' together' : ''}`;
}

function sumOf(claims: readonly SpaceClaim[]): number {
  return claims.reduce((sum, { bytes }) => sum + bytes, 0);
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

import type { BackupRequest, RestoreRequest } from '#contracts';
import { hasOperators, windowAround } from './operators.js';
import { EPOCH_MS } from './processes/conductor-process.js';
import type { ConductorMessage } from './processes/conductor-inbox.js';
import type { SimExchange } from './surroundings/exchange.js';
import { streamOf, type Random } from './surroundings/random.js';

/** A message to the conductor, and when somebody sends it. */
export interface Sent {
  readonly atMs: number;
  readonly id: string;
  readonly body: ConductorMessage;
}

export interface RequestSpace {
  readonly seed: number;
  readonly members: number;
  readonly databases: number;
}

const REQUEST_TIMES_MAX_MS = 60_000;

/** One to three runs, some of them overlapping, one of them perhaps cancelled. */
export function backupRequests(space: RequestSpace): readonly Sent[] {
  const random = streamOf(space.seed, 6);
  const runs = random.pick([1, 1, 2, 2, 3]);
  return Array.from({ length: runs }, (_, before): readonly Sent[] => {
    const index = before + 1;
    const requestId = `request-${index}`;
    const copiesPerDatabase = random.chance(0.25) ? 2 : 1;
    const copyPreference = random.pick(['preferPassive', 'preferPassive', 'preferPassive', 'activeOnly'] as const);
    const request: BackupRequest = {
      requestId,
      copyPreference,
      ...(copyPreference === 'activeOnly' ? {} : { copiesPerDatabase }),
      ...(random.chance(0.3) ? { onFailover: 'bestCopy' as const } : {}),
      ...selectionOf(streamOf(space.seed, 100 + index), space),
      ...windowOf(space.seed, index),
    };
    const atMs = index === 1 ? 4_000 : random.int(4_000, REQUEST_TIMES_MAX_MS);
    const asked: Sent = { atMs, id: requestId, body: { kind: 'request', request, runId: random.uuid() } };
    if (!random.chance(0.1)) return [asked];
    return [asked, cancelOf(requestId, `cancel-${index}`, atMs + random.int(100, 40_000))];
  }).flat();
}

/** One to three restores of a few databases each, in the middle of the backups. */
export function restoreRequests({ seed, databases }: RequestSpace, exchange: SimExchange): readonly Sent[] {
  const random = streamOf(seed, 7);
  const runs = random.int(1, 3);
  return Array.from({ length: runs }, (_, before): readonly Sent[] => {
    const requestId = `restore-${before + 1}`;
    const first = random.int(0, databases - 1);
    const chosen = Array.from({ length: random.int(1, 3) }, (_unused, offset) => exchange.at(first + offset));
    const names = [...new Set(chosen.map(({ name }) => name))];
    const member = random.pick(chosen[0]?.copies.map((copy) => copy.member) ?? exchange.members);
    const request: RestoreRequest = {
      requestId,
      databases: names,
      confirm: names,
      ...(random.chance(0.25) && names.length === 1 ? { to: { kind: 'server' as const, member } } : {}),
      ...(random.chance(0.3) ? { onRunningBackup: 'cancel' as const } : {}),
      ...(random.chance(0.2) ? { fullAfter: 'take' as const } : {}),
    };
    const atMs = random.int(5_000, REQUEST_TIMES_MAX_MS);
    const asked: Sent = { atMs, id: requestId, body: { kind: 'restore', request, runId: random.uuid() } };
    if (!random.chance(0.15)) return [asked];
    return [asked, cancelOf(requestId, `cancel-${requestId}`, atMs + random.int(100, 30_000))];
  }).flat();
}

/** Some requests are for a few databases, prefer a member, or leave alone what was backed up lately. Drawn apart, so that older seeds keep their story. */
function selectionOf(random: Random, { databases, members }: RequestSpace): Partial<BackupRequest> {
  const name = (index: number): string => `MBX${String(index).padStart(2, '0')}`;
  return {
    ...(random.chance(0.2) ? { databases: [name(1), name(random.int(2, databases))] } : {}),
    ...(random.chance(0.3) ? { preferMembers: [`ex${String(random.int(1, members)).padStart(2, '0')}`] } : {}),
    ...(random.chance(0.3) ? { minIntervalMs: random.int(190_000, 400_000) } : {}),
  };
}

/** Some requests bring a window that opens, closes and opens again while their runs go on. */
function windowOf(seed: number, index: number): Partial<BackupRequest> {
  const random = streamOf(seed, 200 + index);
  if (!hasOperators(seed) || !random.chance(0.3)) return {};
  const began = new Date(EPOCH_MS);
  return { window: windowAround(random, began.getUTCHours() * 60 + began.getUTCMinutes()) };
}

function cancelOf(requestId: string, id: string, atMs: number): Sent {
  return { atMs, id, body: { kind: 'cancel', requestId } };
}

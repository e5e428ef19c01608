import type { BackupRequest, RestoreRequest, RestoreTarget } from '#contracts';
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
const RECOVERY_DEADLINE_MS = 150_000;

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

/** One to four restores of a few databases each, in the middle of the backups, to wherever a restore can go. */
export function restoreRequests({ seed, databases }: RequestSpace, exchange: SimExchange): readonly Sent[] {
  const random = streamOf(seed, 7);
  const runs = random.int(1, 4);
  return Array.from({ length: runs }, (_, before): readonly Sent[] => {
    const requestId = `restore-${before + 1}`;
    const first = random.int(0, databases - 1);
    const chosen = Array.from({ length: random.int(1, 3) }, (_unused, offset) => exchange.at(first + offset).name);
    const names = [...new Set(chosen)];
    const to = targetOf(random, names, databases, exchange);
    const request: RestoreRequest = {
      requestId,
      databases: names,
      confirm: [...names, ...(to.kind === 'database' && to.database !== undefined ? [to.database] : [])],
      to,
      ...(OVERWRITES.has(to.kind) && random.chance(0.4) ? { withoutCopiesOn: [random.pick(exchange.members)] } : {}),
      ...(random.chance(0.3) ? { onRunningBackup: 'cancel' as const } : {}),
      ...(random.chance(0.2) ? { fullAfter: 'take' as const } : {}),
      // One that stands behind a recovery database that nobody removes waits for nothing else.
      ...(to.kind === 'recovery' ? { deadlineMs: RECOVERY_DEADLINE_MS } : {}),
    };
    const atMs = random.int(5_000, REQUEST_TIMES_MAX_MS);
    const runId = random.uuid();
    const asked: Sent = { atMs, id: requestId, body: { kind: 'restore', request, runId } };
    const sent = [asked];
    if (random.chance(0.15)) sent.push(cancelOf(requestId, `cancel-${requestId}`, atMs + random.int(100, 30_000)));
    if (to.kind === 'recovery' && random.chance(0.6)) {
      const removal: RestoreRequest = {
        requestId: `${requestId}-removal`,
        databases: names,
        to: { kind: 'removeRecovery' },
      };
      const body = { kind: 'restore' as const, request: removal, runId: random.uuid() };
      sent.push({ atMs: atMs + random.int(5_000, 90_000), id: `${requestId}-removal`, body });
    }
    return sent;
  }).flat();
}

const OVERWRITES: ReadonlySet<string> = new Set(['original', 'database', 'server']);

/** The original in half of all cases; of several databases at once, whatever takes several. */
function targetOf(random: Random, names: readonly string[], databases: number, exchange: SimExchange): RestoreTarget {
  const kinds = ['original', 'original', 'original', 'recovery', 'files'] as const;
  const ofOne = ['server', 'server', 'database'] as const;
  const kind = random.pick<RestoreTarget['kind']>(names.length === 1 ? [...kinds, ...ofOne] : kinds);
  const member = random.pick(exchange.members);
  switch (kind) {
    case 'server':
      return { kind, member };
    case 'database':
      return { kind, database: exchange.at(random.int(0, databases - 1)).name };
    case 'recovery':
      return random.chance(0.5) ? { kind, member } : { kind };
    case 'files':
      return { kind, path: 'E:\\restored' };
    default:
      return { kind };
  }
}

/** One database in five has one copy: to another server it is restored into a new database. */
export function makeSomeStandalone(exchange: SimExchange, databases: number, random: Random): void {
  for (let index = 0; index < databases; index += 1)
    if (random.chance(0.2)) exchange.makeStandalone(exchange.at(index));
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

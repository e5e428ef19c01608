import {
  COPIES_MAX,
  COPY_STATUSES,
  ReportedDag,
  ReportedDatabase,
  VOLUMES_MAX,
  VolumeView,
  memberIdOf,
  type CopyStatus,
  type HostCopy,
  type HostDatabase,
  type HostServer,
  type HostVolume,
} from '#contracts';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { DatabaseList, DatabaseMovedHint, ServerDescription } from '../../ports/exchange-host.js';
import {
  flagOf,
  integerOf,
  listOf,
  objectOf,
  sizeBytesOf,
  textOf,
  timeSpanMsOf,
  uint64Of,
  utcOf,
  type JsonObject,
} from './values.js';

const NAME_MAX_LENGTH = 200;
const COMMENT_MAX_LENGTH = 512;
const PATH_MAX_LENGTH = 1_000;
const PERCENT_MAX = 100;
const PROBLEM_MAX_LENGTH = 1_000;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An answer that is not what the protocol promises. */
export class BadAnswerError extends Error {
  override readonly name = 'BadAnswerError';
}

/** The host's fields by their protocol names, each of unknown content. */
type Raw<Shape> = { readonly [Key in keyof Shape]?: unknown };

export function parseServer(answer: unknown): ServerDescription {
  const raw: Raw<HostServer> = requireObject(answer, 'describeServer');
  const name = textOf(raw.name, NAME_MAX_LENGTH);
  if (name === null || memberIdOf(name) === '') throw new BadAnswerError('describeServer gave no server name');
  const dag: Raw<NonNullable<HostServer['dag']>> | null = objectOf(raw.dag);
  return {
    name,
    fqdn: textOf(raw.fqdn, NAME_MAX_LENGTH),
    site: textOf(raw.site, NAME_MAX_LENGTH),
    version: textOf(raw.version, NAME_MAX_LENGTH),
    dag: dag && checked(ReportedDag, { name: dag.name, members: listOf(dag.members) }, 'the DAG'),
    volumes: listOf(raw.volumes).flatMap(volumesIn).slice(0, VOLUMES_MAX),
  };
}

/** A volume without a path is of no use to anyone and is left out. */
function volumesIn(value: unknown): readonly VolumeView[] {
  const raw: Raw<HostVolume> | null = objectOf(value);
  const path = raw === null ? null : textOf(raw.path, PATH_MAX_LENGTH);
  if (raw === null || path === null) return [];
  const candidate = { path, freeBytes: sizeBytesOf(raw.freeBytes), totalBytes: sizeBytesOf(raw.totalBytes) };
  return [checked(VolumeView, candidate, `volume ${path}`)];
}

/** One database that cannot be understood is a warning; the others of the list stand. */
export function parseDatabases(answer: unknown): DatabaseList {
  const databases: ReportedDatabase[] = [];
  const warnings: string[] = [];
  for (const [index, item] of listOf(answer).entries()) {
    try {
      databases.push(parseDatabase(item));
    } catch (thrown) {
      if (!(thrown instanceof BadAnswerError)) throw thrown;
      warnings.push(`database ${index + 1} of the list is left out: ${thrown.message}`);
    }
  }
  return { databases, warnings };
}

export function parseDatabase(answer: unknown): ReportedDatabase {
  const raw: Raw<HostDatabase> & { readonly problem?: unknown } = requireObject(answer, 'a database');
  const problem = textOf(raw.problem, PROBLEM_MAX_LENGTH);
  if (problem !== null)
    throw new BadAnswerError(`database ${String(raw.name)}: Exchange could not read it: ${problem}`);
  const activeServer = textOf(raw.activeServer, NAME_MAX_LENGTH);
  const name = textOf(raw.name, NAME_MAX_LENGTH);
  const candidate = {
    guid: textOf(raw.guid, NAME_MAX_LENGTH)?.toLowerCase(),
    name,
    recovery: flagOf(raw.recovery),
    publicFolder: flagOf(raw.publicFolder),
    activeMember: activeServer === null ? null : memberIdOf(activeServer) || null,
    mounted: flagOf(raw.mounted),
    backupInProgress: flagOf(raw.backupInProgress),
    circularLogging: flagOf(raw.circularLogging),
    allowFileRestore: flagOf(raw.allowFileRestore),
    edbPath: textOf(raw.edbPath, PATH_MAX_LENGTH),
    logPath: textOf(raw.logPath, PATH_MAX_LENGTH),
    sizeBytes: sizeBytesOf(raw.sizeBytes),
    logBytes: uint64Of(raw.logBytes),
    lastFullBackupAt: utcOf(raw.lastFullBackupUtc),
    lastIncrementalBackupAt: utcOf(raw.lastIncrementalBackupUtc),
    lastDifferentialBackupAt: utcOf(raw.lastDifferentialBackupUtc),
    lastCopyBackupAt: utcOf(raw.lastCopyBackupUtc),
    copies: listOf(raw.copies).map((copy) => parseCopy(copy, name)),
  };
  return checked(ReportedDatabase, candidate, `database ${name ?? '(without name)'}`);
}

function parseCopy(value: unknown, databaseName: string | null): object {
  const raw: Raw<HostCopy> = requireObject(value, `a copy of ${databaseName ?? 'a database'}`);
  return {
    member: memberIdOf(textOf(raw.server, NAME_MAX_LENGTH) ?? ''),
    active: flagOf(raw.active),
    status: statusOf(raw.status),
    activationPreference: integerOf(raw.activationPreference, 1, COPIES_MAX),
    replayLagMs: timeSpanMsOf(raw.replayLag),
    copyQueueLength: uint64Of(raw.copyQueueLength),
    replayQueueLength: uint64Of(raw.replayQueueLength),
    latestFullBackupAt: utcOf(raw.latestFullBackupUtc),
    suspendComment: textOf(raw.suspendComment, COMMENT_MAX_LENGTH),
    volume: textOf(raw.volume, NAME_MAX_LENGTH),
    activationSuspended: flagOf(raw.activationSuspended),
    seedingPercent: integerOf(raw.seedingPercent, 0, PERCENT_MAX),
    errorMessage: textOf(raw.errorMessage, PROBLEM_MAX_LENGTH),
  };
}

/** A status that a later Exchange invents is one that we do not know, not an error. */
function statusOf(value: unknown): CopyStatus {
  return COPY_STATUSES.find((status) => status === value) ?? 'Unknown';
}

/** Null for an event of another kind or one that names no database. */
export function parseEvent(line: JsonObject): DatabaseMovedHint | null {
  const databaseGuid = textOf(line.databaseGuid, NAME_MAX_LENGTH)?.toLowerCase();
  if (line.event !== 'databaseMoved' || databaseGuid === undefined || !GUID.test(databaseGuid)) return null;
  const operationId = textOf(line.operationId, NAME_MAX_LENGTH);
  const initiator = textOf(line.initiator, NAME_MAX_LENGTH);
  return {
    databaseGuid,
    ...(operationId === null ? {} : { operationId }),
    ...(initiator === null ? {} : { initiator }),
  };
}

function requireObject(value: unknown, what: string): JsonObject {
  const object = objectOf(value);
  if (!object) throw new BadAnswerError(`${what} is not a JSON object`);
  return object;
}

function checked<Shape extends object>(shape: ClassConstructor<Shape>, candidate: object, what: string): Shape {
  const instance = plainToInstance(shape, candidate);
  const violations = validateSync(instance).flatMap(textsOf);
  if (violations.length > 0) throw new BadAnswerError(`${what}: ${violations.join('; ')}`);
  return instance;
}

function textsOf(error: ValidationError): readonly string[] {
  return [...Object.values(error.constraints ?? {}), ...(error.children ?? []).flatMap(textsOf)];
}

import { ID_PATTERN, memberIdOf, type BackupLocation, type BackupType, type ListedBackup } from '#contracts';
import { MOMENT, momentOf, type ListingFormats } from './moments.js';
import { lastSizeIn } from './sizes.js';

const NAME_MAX_LENGTH = 200;
const PROBLEMS_SHOWN = 3;
const PROBLEM_LINE_MAX_LENGTH = 200;

export interface ParsedListing {
  readonly backups: readonly ListedBackup[];
  /** Lines that look like a backup and cannot be read as one; null when there are none. */
  readonly problem: string | null;
}

/** Whose listing it is. */
export interface AskedListing {
  /** The node that was asked for; null: the member's own. */
  readonly node: string | null;
  /** The member whose client was asked. */
  readonly member: string;
}

/** What headings above a line tell of it. */
interface Heading {
  readonly databaseName: string | null;
  readonly server: string | null;
}

/** `Database : MBX01`, `Object Name ....... 20160331073511`. */
const FIELD = /^\s*([A-Za-z][A-Za-z/ ]*?)\s*(?:\.{2,}\s*:?|:)\s*(\S.*?)\s*$/;
const SERVER_OF_OBJECT = /\(\s*([^()]+?)\s*\)\s*$/;
const OBJECT_NAME = /(?<!\S)(\d{14})(?!\S)/g;
const TYPE = /(?<!\S)(full|copy|incr(?:emental)?|diff(?:erential)?)(?!\S)/gi;
const STATE = /(?<!\S)(A|I|Active|Inactive)(?!\S)/;
const LOCATION = /(?<!\S)(Srv|Server|TSM|Loc|Local)(?!\S)/i;

/**
 * Reads what `query tsm * /ALL` prints. Its exact columns are not documented (reference 4.4), so nothing depends on their
 * places: a backup is a line with a date and a time, a type and an object name, under a heading that names its database or
 * with the name in it; or a block of `key : value` lines. Everything else that is missing is told as not known.
 */
export function parseListing(lines: readonly string[], formats: ListingFormats, asked: AskedListing): ParsedListing {
  const backups: ListedBackup[] = [];
  const unread: string[] = [];
  let heading: Heading = { databaseName: null, server: null };
  let block = new Map<string, string>();
  const endBlock = (): void => {
    if (block.has('object name')) {
      const line = [...block].map(([key, value]) => `${key}: ${value}`).join(', ');
      take(backupOfBlock(block, heading, formats, asked), line);
    }
    block = new Map();
  };
  const take = (backup: ListedBackup | null, line: string): void => {
    if (backup === null) unread.push(line);
    else backups.push(backup);
  };
  for (const line of lines) {
    if (looksLikeBackup(line)) {
      endBlock();
      take(backupOfLine(line, heading, formats, asked), line);
      continue;
    }
    const [, key = '', value = ''] = FIELD.exec(line) ?? [];
    const known = keyOf(key);
    if (known === null) continue;
    if (block.has(known)) endBlock();
    if (known === 'exchange server') heading = { databaseName: null, server: value };
    else if (known === 'database') {
      endBlock();
      heading = { ...heading, databaseName: value };
    } else block.set(known, value);
  }
  endBlock();
  return { backups: withoutDoubles(backups), problem: problemOf(unread) };
}

function looksLikeBackup(line: string): boolean {
  const moment = MOMENT.exec(line);
  // A heading or a block's own field, like "Backup Date/Time : 03/31/2016 07:35:11", names itself before the date.
  return moment !== null && !/[:=]\s*$/.test(line.slice(0, moment.index)) && line.search(TYPE) > moment.index;
}

function backupOfLine(
  line: string,
  heading: Heading,
  formats: ListingFormats,
  asked: AskedListing,
): ListedBackup | null {
  const moment = MOMENT.exec(line);
  if (moment === null) return null;
  const rest = line.slice(moment.index + moment[0].length);
  const object = [...rest.matchAll(OBJECT_NAME)].at(-1);
  const objectName = object?.[1] ?? '';
  const beforeObject = rest.slice(0, object?.index ?? rest.length);
  const type = [...beforeObject.matchAll(TYPE)].at(-1);
  if (type === undefined || objectName === '') return null;
  const columns = beforeObject.slice(0, type.index);
  const size = lastSizeIn(columns);
  return listed({
    // Under a heading a line's first column may be anything; without one it can only be the name.
    databaseName: heading.databaseName ?? inlineName(columns.slice(0, size?.at ?? 0)),
    type: type[1] ?? '',
    startedAt: momentOf(moment, objectName, formats),
    sizeBytes: size?.bytes ?? null,
    objectName,
    server: SERVER_OF_OBJECT.exec(rest)?.[1] ?? null,
    heading,
    asked,
    location: LOCATION.exec(beforeObject.slice(type.index))?.[1] ?? null,
    state: STATE.exec(size === null ? columns : columns.slice(size.at))?.[1] ?? null,
  });
}

function inlineName(text: string): string | null {
  const name = text.trim();
  return name === '' || STATE.test(name) ? null : name;
}

function backupOfBlock(
  block: ReadonlyMap<string, string>,
  heading: Heading,
  formats: ListingFormats,
  asked: AskedListing,
): ListedBackup | null {
  const object = block.get('object name') ?? '';
  const objectName = object.replace(SERVER_OF_OBJECT, '').trim();
  return listed({
    databaseName: heading.databaseName,
    type: block.get('type') ?? '',
    startedAt: momentOf(MOMENT.exec(block.get('date') ?? ''), objectName, formats),
    sizeBytes: lastSizeIn(block.get('size') ?? '')?.bytes ?? null,
    objectName,
    server: SERVER_OF_OBJECT.exec(object)?.[1] ?? null,
    heading,
    asked,
    location: block.get('location') ?? null,
    state: block.get('state') ?? null,
  });
}

/** The field that a heading or a block names, in one of the spellings that the product family uses. */
function keyOf(text: string): string | null {
  const key = text.toLowerCase().replaceAll(/\s+/g, ' ').trim();
  if (key === 'database' || key === 'database name' || key === 'component') return 'database';
  if (key === 'exchange server') return 'exchange server';
  if (key === 'object name') return key;
  const field = /^backup (date(?:\/time)?|size|state|type|location)$/.exec(key)?.[1] ?? key;
  if (field.startsWith('date')) return 'date';
  return ['size', 'state', 'type', 'location'].includes(field) ? field : null;
}

interface Found {
  readonly databaseName: string | null;
  readonly type: string;
  readonly startedAt: string | null;
  readonly sizeBytes: string | null;
  readonly objectName: string;
  readonly server: string | null;
  readonly heading: Heading;
  readonly asked: AskedListing;
  readonly location: string | null;
  readonly state: string | null;
}

function listed(found: Found): ListedBackup | null {
  const { databaseName, startedAt, objectName, heading, asked } = found;
  const backupType = typeOf(found.type);
  const isUsable =
    databaseName !== null &&
    databaseName.length <= NAME_MAX_LENGTH &&
    objectName !== '' &&
    objectName.length <= NAME_MAX_LENGTH;
  if (!isUsable || backupType === null || startedAt === null) return null;
  // Under a DAG's node the heading names the DAG; under a member's own it names the member that made the backup. A listing that was
  // asked for of a DAG's node may show the member's own backups beside them.
  const isOwn = asked.node === null || (heading.server !== null && memberIdOf(heading.server) === asked.member);
  const server = found.server ?? (isOwn ? heading.server : null);
  const sourceMember = server === null ? '' : memberIdOf(server);
  return {
    databaseName,
    backupType,
    startedAt,
    sizeBytes: found.sizeBytes,
    objectName,
    sourceMember: ID_PATTERN.test(sourceMember) ? sourceMember : null,
    node: isOwn ? (heading.server?.slice(0, NAME_MAX_LENGTH) ?? null) : asked.node,
    location: locationOf(found.location),
    active: activeOf(found.state),
  };
}

function typeOf(word: string): BackupType | null {
  switch (word.slice(0, 4).toLowerCase()) {
    case 'full':
      return 'full';
    case 'copy':
      return 'copy';
    case 'incr':
      return 'incremental';
    case 'diff':
      return 'differential';
    default:
      return null;
  }
}

function locationOf(word: string | null): BackupLocation | null {
  if (word === null) return null;
  return /^loc/i.test(word) ? 'local' : 'server';
}

function activeOf(word: string | null): boolean | null {
  if (word === null) return null;
  if (/^a/i.test(word)) return true;
  return /^i/i.test(word) ? false : null;
}

/** The same backup may be listed for its DAG node and for the member's own. */
export function withoutDoubles(backups: readonly ListedBackup[]): readonly ListedBackup[] {
  const seen = new Map<string, ListedBackup>();
  for (const backup of backups) {
    const key = JSON.stringify([backup.databaseName, backup.objectName, backup.backupType]);
    if (!seen.has(key)) seen.set(key, backup);
  }
  return [...seen.values()];
}

function problemOf(unread: readonly string[]): string | null {
  if (unread.length === 0) return null;
  const shown = unread.slice(0, PROBLEMS_SHOWN).map((line) => `"${line.trim().slice(0, PROBLEM_LINE_MAX_LENGTH)}"`);
  return `${unread.length} lines of the backup client's listing look like backups and could not be read: ${shown.join(', ')}`;
}

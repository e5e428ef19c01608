import type { DatabaseKind } from '#contracts';
import { fractionOf, guidOf, PAGE_BYTES } from './content.js';
import type { WorldOptions } from './options.js';

/** What a new lab will hold: a pure function of the options. */
export interface WorldPlan {
  readonly dag: string;
  readonly members: readonly PlannedMember[];
  readonly databases: readonly PlannedDatabase[];
}

export interface PlannedMember {
  readonly name: string;
  readonly fqdn: string;
  readonly site: string;
  readonly storageServer: string;
  readonly hasClient: boolean;
}

export interface PlannedDatabase {
  readonly guid: string;
  readonly name: string;
  readonly kind: DatabaseKind;
  readonly sizeBytes: number;
  readonly logPrefix: string;
  /** In order of activation preference; the first is active. */
  readonly copies: readonly PlannedCopy[];
}

export interface PlannedCopy {
  readonly member: string;
  readonly lagged: boolean;
  readonly volume: string;
}

/** From this many copies on the last one is lagged, as in Microsoft's preferred architecture (MS-PA). */
const COPIES_FOR_A_LAGGED_ONE = 3;
const LOG_PREFIXES = 256;

const numbered = (prefix: string, index: number): string => `${prefix}${String(index + 1).padStart(2, '0')}`;

export function planWorld(options: Required<WorldOptions>): WorldPlan {
  const members = planMembers(options);
  const withClient = members.filter((each) => each.hasClient).map((each) => each.name);
  const single = (index: number): PlannedDatabase['copies'] => [
    { member: pick(withClient, index), lagged: false, volume: volumeOf(options, index) },
  ];
  const kinds: readonly [DatabaseKind, number, (index: number) => string][] = [
    ['dag', options.databases, (index) => numbered('MBX', index)],
    ['standalone', options.standalone, (index) => numbered('SA', index)],
    ['publicFolder', options.publicFolders, (index) => numbered('PF', index)],
    ['recovery', options.recoveryDatabases, (index) => `RDB${index + 1}`],
  ];
  const databases: PlannedDatabase[] = [];
  let singles = 0;
  for (const [kind, count, nameOf] of kinds) {
    for (let index = 0; index < count; index += 1) {
      const name = nameOf(index);
      databases.push({
        guid: guidOf(`${options.seed}:${name}`),
        name,
        kind,
        sizeBytes: sizeOf(options, name),
        logPrefix: `E${(databases.length % LOG_PREFIXES).toString(16).toUpperCase().padStart(2, '0')}`,
        copies: kind === 'dag' ? copiesOf(members, options, index) : single(singles++),
      });
    }
  }
  return { dag: options.dagName, members, databases };
}

function planMembers(options: Required<WorldOptions>): readonly PlannedMember[] {
  const all = options.members + options.withoutClient;
  return Array.from({ length: all }, (_, index) => {
    const name = numbered('EX', index);
    return {
      name,
      fqdn: `${name}.contoso.lab`,
      site: siteOf(Math.floor(index / Math.ceil(all / options.sites))),
      storageServer: `SP${(index % options.storageServers) + 1}`,
      hasClient: index < options.members,
    };
  });
}

/** `Site-A`, `Site-B`, … */
function siteOf(index: number): string {
  return `Site-${String.fromCharCode('A'.charCodeAt(0) + index)}`;
}

function volumeOf({ volumesPerMember }: Required<WorldOptions>, index: number): string {
  return numbered('VOL', index % volumesPerMember);
}

/**
 * Round robin over all members. A database whose copies that are not lagged all lie on members without a client could never
 * be backed up; it trades one of them for a member that has one.
 */
function copiesOf(
  members: readonly PlannedMember[],
  options: Required<WorldOptions>,
  index: number,
): readonly PlannedCopy[] {
  const count = options.copies;
  const chosen = Array.from({ length: count }, (_, offset) => pick(members, index + offset));
  const laggedFrom = count >= COPIES_FOR_A_LAGGED_ONE ? count - 1 : count;
  if (!chosen.slice(0, laggedFrom).some((each) => each.hasClient)) {
    const last = laggedFrom - 1;
    const laggedWithClient = chosen.findIndex((each) => each.hasClient);
    if (laggedWithClient >= 0) {
      [chosen[last], chosen[laggedWithClient]] = [pick(chosen, laggedWithClient), pick(chosen, last)];
    } else {
      const free = members.filter((each) => each.hasClient && !chosen.includes(each));
      chosen[last] = pick(free, index);
    }
  }
  return chosen.map((each, position) => ({
    member: each.name,
    lagged: position >= laggedFrom,
    volume: volumeOf(options, index),
  }));
}

/** Log-uniform: as many databases between 4 and 8 MiB as between 32 and 64. */
function sizeOf(options: Required<WorldOptions>, name: string): number {
  const low = Math.log(options.sizeMinBytes);
  const high = Math.log(options.sizeMaxBytes);
  const drawn = Math.exp(low + (high - low) * fractionOf(`size:${options.seed}:${name}`));
  const bounded = Math.min(options.sizeMaxBytes, Math.max(options.sizeMinBytes, drawn));
  return Math.max(1, Math.floor(bounded / PAGE_BYTES)) * PAGE_BYTES;
}

function pick<Each>(list: readonly Each[], index: number): Each {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('cannot pick from an empty list');
  return found;
}

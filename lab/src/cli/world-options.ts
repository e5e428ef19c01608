import type { Command } from 'commander';
import type { WorldOptions } from '../world/index.js';
import { parseByteRange, parseRate, parseWholeNumber, readOptions } from './quantities.js';

/** What a lab holds unless options say otherwise. The rate is such that the whole demonstration takes about a minute. */
const DEFAULTS = {
  members: '4',
  databases: '12',
  copies: '3',
  standalone: '2',
  publicFolders: '1',
  withoutClient: '1',
  sites: '2',
  storageServers: '1',
  volumes: '4',
  seed: '1',
  size: '4MiB..64MiB',
  rate: '6MiB/s',
} as const;

/** The options as commander gives them: text. */
export type RawWorldOptions = { readonly [Name in keyof typeof DEFAULTS]: string };

const MEMBERS_MAX = 16;
const DATABASES_MAX = 400;
const SEED_MAX = 2 ** 32 - 1;

/** The options that `create` and the demo have in common. */
export function addWorldOptions(command: Command): Command {
  return command
    .option('--members <n>', 'DAG members with a backup client', DEFAULTS.members)
    .option('--databases <n>', 'DAG databases', DEFAULTS.databases)
    .option('--copies <n>', 'copies of each DAG database; from 3 on, the last one is lagged', DEFAULTS.copies)
    .option('--standalone <n>', 'databases outside the DAG, with one copy', DEFAULTS.standalone)
    .option('--public-folders <n>', 'public folder databases', DEFAULTS.publicFolders)
    .option('--without-client <n>', 'further DAG members that have no backup client', DEFAULTS.withoutClient)
    .option('--sites <n>', 'Active Directory sites that the members are spread over', DEFAULTS.sites)
    .option('--storage-servers <n>', 'storage servers that the members name as theirs', DEFAULTS.storageServers)
    .option('--volumes <n>', 'volumes of each member that its copies lie on', DEFAULTS.volumes)
    .option('--seed <s>', 'number that all content and every random choice follow from', DEFAULTS.seed)
    .option('--size <range>', 'size of each database, between two sizes', DEFAULTS.size)
    .option('--rate <rate>', 'how fast the backup clients of one member move data', DEFAULTS.rate);
}

/** Throws an OptionError with everything that is wrong. */
export function readWorldOptions(raw: RawWorldOptions): WorldOptions {
  const { size, ...counts } = readOptions(worldReaders(raw));
  return { ...counts, sizeMinBytes: size.minBytes, sizeMaxBytes: size.maxBytes };
}

export function worldReaders(raw: RawWorldOptions) {
  return {
    members: count('--members', raw.members, 1, MEMBERS_MAX),
    databases: count('--databases', raw.databases, 0, DATABASES_MAX),
    copies: count('--copies', raw.copies, 1, MEMBERS_MAX),
    standalone: count('--standalone', raw.standalone, 0, DATABASES_MAX),
    publicFolders: count('--public-folders', raw.publicFolders, 0, DATABASES_MAX),
    withoutClient: count('--without-client', raw.withoutClient, 0, MEMBERS_MAX - 1),
    sites: count('--sites', raw.sites, 1, MEMBERS_MAX),
    storageServers: count('--storage-servers', raw.storageServers, 1, MEMBERS_MAX),
    volumesPerMember: count('--volumes', raw.volumes, 1, DATABASES_MAX),
    seed: count('--seed', raw.seed, 0, SEED_MAX),
    size: { flag: '--size', read: () => parseByteRange(raw.size) },
    rateBytesPerSecond: { flag: '--rate', read: () => parseRate(raw.rate) },
  } as const;
}

function count(flag: string, text: string, min: number, max: number) {
  return { flag, read: () => parseWholeNumber(text, min, max) };
}

import { PAGE_BYTES } from './content.js';
import { WorldError } from './errors.js';

export interface WorldOptions {
  /** DAG members with a backup client. */
  readonly members: number;
  readonly databases: number;
  /** Copies of each DAG database, the active one counted. */
  readonly copies: number;
  readonly standalone: number;
  readonly publicFolders: number;
  readonly recoveryDatabases?: number;
  /** DAG members without a backup client, on top of `members`; they hold copies too. */
  readonly withoutClient: number;
  readonly seed: number | string;
  readonly sizeMinBytes: number;
  readonly sizeMaxBytes: number;
  /** How fast each member's backup clients move data, together. */
  readonly rateBytesPerSecond: number;
  readonly dagName?: string;
  /** Active Directory sites that the members are spread over. */
  readonly sites?: number;
  /** Storage servers that the members' backups go to; the lab stores all in one folder nevertheless. */
  readonly storageServers?: number;
  /** Volumes of each member that its copies lie on. */
  readonly volumesPerMember?: number;
}

/** MS-DAG: up to 16 members. */
const MEMBERS_MAX = 16;
const DATABASES_MAX = 400;
const SIZE_MAX_BYTES = 16 * 2 ** 30;
const RATE_MAX_BYTES_PER_SECOND = 2 ** 40;
const DAG_NAME = /^[A-Za-z0-9-]{1,63}$/;

/** Throws one error that lists everything wrong. */
export function checkOptions(options: WorldOptions): Required<WorldOptions> {
  const complete = {
    recoveryDatabases: 1,
    dagName: 'DAG1',
    sites: 2,
    storageServers: 1,
    volumesPerMember: 4,
    ...options,
  };
  const problems: string[] = [];
  const whole = (name: keyof WorldOptions, min: number, max: number): void => {
    const value = complete[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      problems.push(`${name} must be a whole number from ${min} to ${max}, not ${String(value)}`);
    }
  };
  whole('members', 1, MEMBERS_MAX);
  whole('withoutClient', 0, MEMBERS_MAX - 1);
  whole('databases', 0, DATABASES_MAX);
  whole('copies', 1, MEMBERS_MAX);
  whole('standalone', 0, DATABASES_MAX);
  whole('publicFolders', 0, DATABASES_MAX);
  whole('recoveryDatabases', 0, MEMBERS_MAX);
  whole('sites', 1, MEMBERS_MAX);
  whole('storageServers', 1, MEMBERS_MAX);
  whole('volumesPerMember', 1, DATABASES_MAX);
  whole('sizeMinBytes', PAGE_BYTES, SIZE_MAX_BYTES);
  whole('sizeMaxBytes', PAGE_BYTES, SIZE_MAX_BYTES);
  whole('rateBytesPerSecond', 1, RATE_MAX_BYTES_PER_SECOND);
  const all = complete.members + complete.withoutClient;
  if (all > MEMBERS_MAX)
    problems.push(`a DAG has at most ${MEMBERS_MAX} members; members and withoutClient make ${all}`);
  if (complete.copies > all) problems.push(`${complete.copies} copies need as many members; there are ${all}`);
  if (complete.recoveryDatabases > complete.members) {
    problems.push(
      `one recovery database a member with client: at most ${complete.members}, not ${complete.recoveryDatabases}`,
    );
  }
  if (complete.sizeMinBytes > complete.sizeMaxBytes) {
    problems.push(`sizeMinBytes ${complete.sizeMinBytes} is above sizeMaxBytes ${complete.sizeMaxBytes}`);
  }
  if (!DAG_NAME.test(complete.dagName))
    problems.push(`dagName must be letters, digits and -, not "${complete.dagName}"`);
  if (problems.length > 0) throw new WorldError(problems);
  return complete;
}

import type { ListedBackup, MadeBackup } from '#contracts';

/** The last complete listing of one member's client. */
export interface Listing {
  readonly memberId: string;
  readonly digest: string;
  /** By key; see {@link keyOf}. */
  readonly backups: ReadonlyMap<string, ListedBackup>;
  /** When it was last told that this is what the client lists, by the inventory's clock. */
  readonly confirmedAtMs: number;
}

/** Everything that one member has told of its client. */
export interface Source {
  readonly memberId: string;
  readonly agentInstanceId: string;
  /** Of the newest listing heard of. */
  readonly sequence: number;
  /** Instances that a newer one replaced: what arrives late from them changes nothing. Newest last. */
  readonly formerInstanceIds: readonly string[];
  /** What the member lists by its last word; the listing held may be an older one. Null: never told. */
  readonly toldDigest: string | null;
  /** Why the client could not be asked the last time, or what of the listing could not be read. */
  readonly problem: string | null;
  readonly listing: Listing | null;
}

/** What a finished attempt says it made. */
export interface Made extends MadeBackup {
  readonly attemptId: string;
  readonly runId: string;
  readonly memberId: string;
  readonly bytes: string;
  /** By the inventory's clock. */
  readonly heardAtMs: number;
}

/** Parts of a listing that is not complete yet. Not stored: what is lost with them shows by the digest, and is asked for again. */
export interface Pending {
  readonly agentInstanceId: string;
  readonly sequence: number;
  readonly parts: ReadonlyMap<number, readonly ListedBackup[]>;
}

export interface CatalogueState {
  readonly sources: ReadonlyMap<string, Source>;
  readonly pending: ReadonlyMap<string, Pending>;
  /** By attempt. */
  readonly made: ReadonlyMap<string, Made>;
}

export const EMPTY_CATALOGUE: CatalogueState = { sources: new Map(), pending: new Map(), made: new Map() };

/** Two members that list the same object list the same backup. */
export function keyOf({ databaseName, objectName, backupType }: ListedBackup): string {
  return JSON.stringify([databaseName, objectName, backupType]);
}

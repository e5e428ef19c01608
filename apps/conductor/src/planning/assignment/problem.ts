/** A member that may take work. Times are counted from now. */
export interface AssignmentMember {
  readonly id: string;
  /** When each of its streams gets free: one entry per backup it may do at once; 0 is now. */
  readonly streamsFreeAtMs: readonly number[];
  /** Least time between two starts on this member. */
  readonly startGapMs?: number;
}

/** One copy that could be backed up. */
export interface AssignmentOption {
  readonly member: string;
  /** What it would take there: bytes over measured throughput, weighted for the member's other load. */
  readonly durationMs: number;
  /** How little this copy is liked, e.g. for its activation preference. Decides among equal finishes only. */
  readonly penalty?: number;
}

export interface AssignmentJob {
  readonly id: string;
  readonly options: readonly AssignmentOption[];
  /** Jobs of one group go to different members and never run at the same time: several backups of one database. */
  readonly group?: string;
  /** The higher starts first on its member. */
  readonly priority?: number;
}

/** Streams that some members may use together at once: those of a site, a storage server, a DAG, or all. */
export interface AssignmentLimit {
  readonly name: string;
  readonly streams: number;
  readonly members: readonly string[];
}

export interface AssignmentProblem {
  readonly members: readonly AssignmentMember[];
  readonly jobs: readonly AssignmentJob[];
  readonly limits?: readonly AssignmentLimit[];
}

export interface PlacedJob {
  readonly job: string;
  readonly member: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** A job that no member can take beside its group. */
export interface UnplacedJob {
  readonly job: string;
  readonly reason: 'no-option' | 'group-needs-more-members';
}

/** What keeps the finish from being earlier. */
export type Binding =
  | { readonly kind: 'member'; readonly name: string; readonly share: number }
  | { readonly kind: 'limit'; readonly name: string; readonly share: number }
  | { readonly kind: 'longestJob'; readonly name: string; readonly share: number };

export interface Assignment {
  readonly placed: ReadonlyMap<string, PlacedJob>;
  /** The jobs of each member in the order in which they start. */
  readonly queues: ReadonlyMap<string, readonly string[]>;
  readonly unplaced: readonly UnplacedJob[];
  readonly finishMs: number;
  /** No plan whatsoever finishes earlier. */
  readonly boundMs: number;
  readonly binding: readonly Binding[];
}

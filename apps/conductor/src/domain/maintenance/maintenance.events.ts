import type { LimitScope } from '#contracts';

/** Null means: back to what the conductor's configuration says. */
export interface LimitSetting {
  readonly scope: LimitScope;
  /** Null: every one that has no limit of its own. */
  readonly name: string | null;
  readonly value: number | null;
}

/** What people changed of the conductor's rules: stored in order, never changed, as durable as the history of runs. */
export type MaintenanceEvent =
  | Event<'LimitsChanged', { reason: string | null; changes: readonly LimitSetting[]; notes: readonly string[] }>
  | Event<
      'MemberDrained',
      { member: string; reason: string; deadlineAtMs: number | null; stopRunning: boolean; notes: readonly string[] }
    >
  /** Once for each drain that has a deadline. */
  | Event<'DrainDeadlinePassed', { member: string; stillRunning: number; stopRunning: boolean }>
  | Event<'MemberResumed', { member: string }>
  | Event<'MaintenanceRefused', { problems: readonly string[] }>;

type Event<Type extends string, Data> = {
  readonly type: Type;
  readonly atMs: number;
  /** The request that led here. */
  readonly requestId: string;
  readonly requestedBy: string | null;
} & { readonly [Key in keyof Data]: Data[Key] };

/** An event before it is given its moment. */
export type NewMaintenanceEvent = MaintenanceEvent extends infer E
  ? E extends MaintenanceEvent
    ? Omit<E, 'atMs'>
    : never
  : never;

import type {
  CopyView,
  DagView,
  DatabaseView,
  InventorySnapshot,
  MaintenanceView,
  MemberView,
  RunSummary,
} from '#contracts';

/** A copy as it travels to pages: with the moment of its observation instead of an age, which would change all the time. */
export type LiveCopy = Omit<CopyView, 'ageMs'> & { readonly observedAt: string };
export type LiveDatabase = Omit<DatabaseView, 'copies'> & { readonly copies: readonly LiveCopy[] };
export type LiveMember = Omit<MemberView, 'agent'> & {
  readonly agent: Omit<MemberView['agent'], 'reportAgeMs'> & { readonly reportedAt: string | null };
};

/** What the inventory tells. */
export interface Picture {
  readonly dags: readonly DagView[];
  readonly members: readonly LiveMember[];
  readonly databases: readonly LiveDatabase[];
}

/** Without who answered when, which would change all the time. */
export type LiveMaintenance = Omit<MaintenanceView, 'service'>;

/** What the conductor tells. */
export interface Work {
  readonly runs: readonly RunSummary[];
  /** Limits and drained members; null while no conductor has told. */
  readonly maintenance: LiveMaintenance | null;
}

export type Overview = Picture & Work;

export const NO_WORK: Work = { runs: [], maintenance: null };

export function pictureOf(snapshot: InventorySnapshot): Picture {
  const takenAtMs = Date.parse(snapshot.takenAt);
  const at = (ageMs: number): string => new Date(takenAtMs - ageMs).toISOString();
  return {
    dags: snapshot.dags,
    members: snapshot.members.map((member) => {
      const { reportAgeMs, ...agent } = member.agent;
      return { ...member, agent: { ...agent, reportedAt: reportAgeMs === null ? null : at(reportAgeMs) } };
    }),
    databases: snapshot.databases.map((database) => ({
      ...database,
      copies: database.copies.map(({ ageMs, ...copy }) => ({ ...copy, observedAt: at(ageMs) })),
    })),
  };
}

import {
  brokerChecks,
  brokerMetrics,
  storageChecks,
  storageMetrics,
  type Check,
  type Metrics,
  type Sample,
  type WatchedBroker,
  type WatchedStorage,
} from '#service';
import type { ListingFigures } from '../catalogue/catalogue-service.js';
import type { DagFigures, InventoryFigures, MemberFigures } from '../domain/inventory-figures.js';

/** A change takes milliseconds to store; one that is under way for so long is stuck. */
const CHANGE_STUCK_AFTER_MS = 30_000;

/** What only the inventory that acts has. */
export interface ActingInventory {
  picture(): InventoryFigures;
  /** By member. */
  listings(): readonly ListingFigures[];
  /** Moves of active copies that were told, by their category. */
  moves(): ReadonlyMap<string, number>;
  /** For how long the change under way has been made; null: none is. */
  changingForMs(): number | null;
}

export interface WatchedInventory {
  readonly broker: WatchedBroker;
  readonly storage: WatchedStorage;
  /** Undefined while this inventory stands by. */
  acting(): ActingInventory | undefined;
}

export function inventoryMetrics(metrics: Metrics, { broker, storage, acting }: WatchedInventory): void {
  brokerMetrics(metrics, broker);
  storageMetrics(metrics, storage);
  const picture = metrics.perScrape(() => acting()?.picture());
  memberMetrics(metrics, () => picture()?.members ?? []);
  metrics.gauge({ name: 'dag_members', help: 'Members, by the state of their agent.', labels: ['agent'] }, () =>
    [...(picture()?.agents ?? [])].map(([agent, value]) => ({ labels: { agent }, value })),
  );
  databaseMetrics(metrics, () => picture()?.dags ?? []);
  metrics.counter(
    { name: 'dag_database_moves_total', help: 'Moves of active copies that were told.', labels: ['category'] },
    () => [...(acting()?.moves() ?? [])].map(([category, value]) => ({ labels: { category }, value })),
  );
  const listings = metrics.perScrape(() => acting()?.listings() ?? []);
  metrics.gauge(
    { name: 'dag_catalogue_backups', help: "Backups that a member's client lists.", labels: ['member'] },
    () => listings().map(({ member, backups }) => ({ labels: { member }, value: backups })),
  );
  metrics.gauge(
    {
      name: 'dag_catalogue_listing_age_seconds',
      help: 'How long ago that listing was last confirmed.',
      labels: ['member'],
    },
    () =>
      listings().flatMap(({ member, ageMs }) => (ageMs === null ? [] : [{ labels: { member }, value: ageMs / 1_000 }])),
  );
}

function memberMetrics(metrics: Metrics, members: () => readonly MemberFigures[]): void {
  const labels = ['member', 'dag'];
  const each = (read: (member: MemberFigures) => number | null) => (): readonly Sample[] =>
    members().flatMap((figures) => {
      const value = read(figures);
      return value === null ? [] : [{ labels: { member: figures.member, dag: figures.dag }, value }];
    });
  metrics.gauge(
    {
      name: 'dag_member_agent_alive',
      help: 'Whether the agent of a member was heard lately; nothing for a member that never had one.',
      labels,
    },
    each(({ agent }) => (agent === 'never' ? null : agent === 'alive' ? 1 : 0)),
  );
  metrics.gauge(
    { name: 'dag_member_report_age_seconds', help: "Age of a member's last whole report.", labels },
    each(({ reportAgeMs }) => (reportAgeMs === null ? null : reportAgeMs / 1_000)),
  );
  metrics.gauge(
    {
      name: 'dag_member_client_installed',
      help: 'Whether a member has a backup client; nothing where that is not known.',
      labels,
    },
    each(({ hasClient }) => (hasClient === null ? null : hasClient ? 1 : 0)),
  );
  metrics.gauge(
    { name: 'dag_member_warnings', help: 'Standing warnings of the agent of a member.', labels },
    each(({ warnings }) => warnings),
  );
}

function databaseMetrics(metrics: Metrics, dags: () => readonly DagFigures[]): void {
  const byDag = (read: (dag: DagFigures) => number | null) => (): readonly Sample[] =>
    dags().flatMap((figures) => {
      const value = read(figures);
      return value === null ? [] : [{ labels: { dag: figures.dag }, value }];
    });
  metrics.gauge({ name: 'dag_databases', help: 'Databases.', labels: ['dag', 'kind'] }, () =>
    dags().flatMap(({ dag, kinds }) => [...kinds].map(([kind, value]) => ({ labels: { dag, kind }, value }))),
  );
  metrics.gauge({ name: 'dag_copies', help: 'Copies of databases, by status.', labels: ['dag', 'status'] }, () =>
    dags().flatMap(({ dag, copies }) => [...copies].map(([status, value]) => ({ labels: { dag, status }, value }))),
  );
  metrics.gauge(
    {
      name: 'dag_databases_without_active_copy',
      help: 'Databases of which nobody knows where they are active.',
      labels: ['dag'],
    },
    byDag(({ withoutActiveCopy }) => withoutActiveCopy),
  );
  metrics.gauge(
    { name: 'dag_databases_dismounted', help: 'Databases that are not mounted.', labels: ['dag'] },
    byDag(({ dismounted }) => dismounted),
  );
  metrics.gauge(
    {
      name: 'dag_databases_never_backed_up',
      help: 'Databases that Exchange knows no full backup of.',
      labels: ['dag'],
    },
    byDag(({ neverBackedUp }) => neverBackedUp),
  );
  metrics.gauge(
    {
      name: 'dag_oldest_full_backup_age_seconds',
      help: 'How long ago the last full backup was, of the database where that is longest.',
      labels: ['dag'],
    },
    byDag(({ oldestFullBackupAgeMs }) => (oldestFullBackupAgeMs === null ? null : oldestFullBackupAgeMs / 1_000)),
  );
}

/** What this inventory needs to do its work, or to stand by for it. */
export function inventoryChecks({ broker, storage, acting }: WatchedInventory): readonly Check[] {
  return [
    ...brokerChecks(broker),
    ...storageChecks(storage),
    {
      name: 'changes',
      look: () => {
        const forMs = acting()?.changingForMs() ?? null;
        return forMs === null || forMs < CHANGE_STUCK_AFTER_MS
          ? { ok: true, detail: 'what is reported is stored' }
          : { ok: false, detail: `a change has been under way for ${Math.round(forMs / 1_000)} s` };
      },
    },
  ];
}

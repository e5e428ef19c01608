import type { Leadership, OutboxBacklog } from '#storage';
import type { Metrics } from './metrics.js';
import type { Check } from './readiness.js';

/** Whether this process acts, or stands by; both is well. */
export class Role {
  private leadership: Leadership | undefined;

  /** Called when it is this process's turn. */
  leads(leadership: Leadership): void {
    this.leadership = leadership;
  }

  /** Undefined while it stands by. */
  get epoch(): number | undefined {
    return this.leadership?.epoch;
  }

  get mayAct(): boolean {
    return this.leadership?.mayAct() ?? false;
  }
}

export interface WatchedStorage {
  readonly role: Role;
  backlog(): Promise<OutboxBacklog>;
}

/** What a service with a database of its own tells of it, and of who leads. */
export function storageMetrics(metrics: Metrics, { role, backlog }: WatchedStorage): void {
  const waiting = metrics.perScrape(backlog);
  metrics.gauge(
    { name: 'dag_leading', help: 'Whether this process acts; 0: it stands by, or has been replaced.' },
    () => (role.mayAct ? 1 : 0),
  );
  metrics.gauge(
    { name: 'dag_leader_epoch', help: 'The epoch that this process leads under; nothing while it stands by.' },
    () => role.epoch ?? null,
  );
  metrics.gauge(
    { name: 'dag_outbox_unsent', help: 'Messages that are stored and not yet sent; 10,000 means that many or more.' },
    async () => (await waiting()).unsent,
  );
  metrics.gauge(
    {
      name: 'dag_outbox_oldest_age_seconds',
      help: 'Age of the oldest message that is stored and not yet sent; 0: there is none.',
    },
    async () => {
      const { oldestAtMs } = await waiting();
      return oldestAtMs === null ? 0 : Math.max(0, Date.now() - oldestAtMs) / 1_000;
    },
  );
}

/** The database answers, and it is known whether this process leads. */
export function storageChecks({ role, backlog }: WatchedStorage): readonly Check[] {
  return [
    {
      name: 'database',
      look: async () => {
        const { unsent } = await backlog();
        return {
          ok: true,
          detail: unsent === 0 ? 'it answers' : `it answers; messages that wait to be sent: ${unsent}`,
        };
      },
    },
    {
      name: 'role',
      look: () => {
        const { epoch, mayAct } = role;
        if (epoch === undefined) return { ok: true, detail: 'stands by: another acts, or this one begins' };
        return mayAct
          ? { ok: true, detail: `acts, under epoch ${epoch}` }
          : {
              ok: false,
              detail: `acted under epoch ${epoch}, and may have been replaced: its database was out of reach`,
            };
      },
    },
  ];
}

import { describe, expect, it } from '@jest/globals';
import type { Leadership } from '#storage';
import { Metrics } from './metrics.js';
import { readinessOf } from './readiness.js';
import { Role, storageChecks, storageMetrics } from './storage-monitoring.js';

function leadership(mayAct: boolean): Leadership {
  return { epoch: 4, mayAct: () => mayAct, deposed: new Promise(() => undefined), release: async () => undefined };
}

async function toldBy(role: Role, backlog = async () => ({ unsent: 0, oldestAtMs: null as number | null })) {
  const metrics = new Metrics(() => undefined);
  storageMetrics(metrics, { role, backlog });
  const text = await metrics.render();
  return { text, ...(await readinessOf(storageChecks({ role, backlog }))) };
}

describe('what a service tells of its database and its role', () => {
  it('is well while it stands by', async () => {
    const { text, ready, checks } = await toldBy(new Role());
    expect(text).toContain('\ndag_leading 0\n');
    expect(text).not.toContain('\ndag_leader_epoch ');
    expect(text).toContain('\ndag_outbox_oldest_age_seconds 0\n');
    expect([ready, checks['role']?.detail]).toEqual([true, expect.stringContaining('stands by')]);
  });

  it('is well while it acts, with the epoch', async () => {
    const role = new Role();
    role.leads(leadership(true));
    const { text, ready } = await toldBy(role);
    expect(text).toContain('\ndag_leading 1\n');
    expect(text).toContain('\ndag_leader_epoch 4\n');
    expect(ready).toBe(true);
  });

  it('is not well when it may have been replaced', async () => {
    const role = new Role();
    role.leads(leadership(false));
    const { text, ready } = await toldBy(role);
    expect(text).toContain('\ndag_leading 0\n');
    expect(ready).toBe(false);
  });

  it('is not well, and tells no number of the outbox, while the database is away', async () => {
    const { text, ready, checks } = await toldBy(new Role(), () => Promise.reject(new Error('connection refused')));
    expect(text).not.toMatch(/^dag_outbox/m);
    expect([ready, checks['database']]).toEqual([false, { ok: false, detail: 'connection refused' }]);
  });

  it('tells what waits to be sent, and for how long', async () => {
    const backlog = async () => ({ unsent: 3, oldestAtMs: Date.now() - 60_000 });
    const { text } = await toldBy(new Role(), backlog);
    expect(text).toContain('\ndag_outbox_unsent 3\n');
    expect(Number(/^dag_outbox_oldest_age_seconds (.*)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(60);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Metrics, Role } from '#service';
import { Inventory } from '../domain/inventory.js';
import { DEFAULT_SETTINGS, emptyState } from '../domain/state.js';
import { START_MS, database, report } from '../testing/given.js';
import { inventoryChecks, inventoryMetrics, type ActingInventory } from './inventory.metrics.js';

const publishing = { routed: 0, unroutable: 0, failed: 0, nacks: 0, inFlight: 0, waiting: 0 };
const broker = { figures: () => ({ connections: [], blockedBecause: undefined, publishing, queues: [] }) };
const storage = { role: new Role(), backlog: async () => ({ unsent: 0, oldestAtMs: null }) };

async function toldBy(acting: ActingInventory | undefined): Promise<string> {
  const metrics = new Metrics((metric, reason) => {
    throw new Error(`${metric}: ${reason}`);
  });
  inventoryMetrics(metrics, { broker, storage, acting: () => acting });
  return metrics.render();
}

function actingAfter(forMs: number | null): ActingInventory {
  const inventory = new Inventory(DEFAULT_SETTINGS);
  const { state } = inventory.merge(
    emptyState(START_MS),
    report('ex01', 1, [database('ex01', ['ex01', 'ex02'])]),
    START_MS,
  );
  return {
    picture: () => inventory.figures(state, START_MS + 4_000),
    listings: () => [
      { member: 'ex01', backups: 12, ageMs: 60_000 },
      { member: 'ex02', backups: 0, ageMs: null },
    ],
    moves: () => new Map([['failover', 2]]),
    changingForMs: () => forMs,
  };
}

describe('what an inventory tells of itself', () => {
  it('is the members and databases that it knows, while it acts', async () => {
    const told = await toldBy(actingAfter(null));
    for (const line of [
      'dag_members{agent="alive"} 1',
      'dag_members{agent="never"} 2',
      'dag_member_agent_alive{member="ex01",dag="dag1"} 1',
      'dag_member_report_age_seconds{member="ex01",dag="dag1"} 4',
      'dag_member_client_installed{member="ex01",dag="dag1"} 1',
      'dag_databases{dag="dag1",kind="dag"} 1',
      'dag_copies{dag="dag1",status="Healthy"} 1',
      'dag_databases_never_backed_up{dag="dag1"} 1',
      'dag_database_moves_total{category="failover"} 2',
      'dag_catalogue_backups{member="ex01"} 12',
      'dag_catalogue_listing_age_seconds{member="ex01"} 60',
    ])
      expect(told).toContain(`\n${line}\n`);
    // A member that never had an agent is not one that fell silent, and what is not known is not 0.
    expect(told).not.toContain('dag_member_agent_alive{member="ex02"');
    expect(told).not.toContain('dag_member_report_age_seconds{member="ex02"');
    expect(told).not.toContain('dag_catalogue_listing_age_seconds{member="ex02"');
    expect(told).not.toMatch(/^dag_oldest_full_backup_age_seconds\{/m);
  });

  it('is nothing of them while it stands by', async () => {
    expect(await toldBy(undefined)).not.toMatch(/^dag_(?:members?|databases|copies|catalogue)\b/m);
  });

  it('is ready until a change has been under way for too long', async () => {
    const lookAt = async (acting: ActingInventory | undefined) =>
      inventoryChecks({ broker, storage, acting: () => acting })
        .find(({ name }) => name === 'changes')
        ?.look();
    expect(await lookAt(undefined)).toMatchObject({ ok: true });
    expect(await lookAt(actingAfter(29_999))).toMatchObject({ ok: true });
    expect(await lookAt(actingAfter(30_000))).toEqual({ ok: false, detail: 'a change has been under way for 30 s' });
  });
});

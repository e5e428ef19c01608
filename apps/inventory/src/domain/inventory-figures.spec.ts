import { describe, expect, it } from '@jest/globals';
import { DB2, START_MS, copy, database, report } from '../testing/given.js';
import { Inventory } from './inventory.js';
import { inventoryFigures } from './inventory-figures.js';
import { DEFAULT_SETTINGS, emptyState, type InventoryState } from './state.js';

const HOUR_MS = 60 * 60 * 1_000;
const inventory = new Inventory(DEFAULT_SETTINGS);
const at = <Key>(counts: ReadonlyMap<Key, number> | undefined) => [...(counts ?? [])].filter(([, count]) => count > 0);

function given(): InventoryState {
  const ill = copy('ex03', { status: 'FailedAndSuspended' });
  const first = database('ex01', ['ex01', 'ex02'], {
    lastFullBackupAt: new Date(START_MS - 30 * HOUR_MS).toISOString(),
  });
  const well = { ...first, copies: [...first.copies, ill] };
  const dismounted = database('ex01', ['ex01'], { guid: DB2, name: 'DB2', mounted: false });
  const recovery = database('ex01', ['ex01'], {
    guid: DB2.replace('2', '3'),
    name: 'RDB',
    recovery: true,
    mounted: false,
  });
  const reported = report('ex01', 1, [well, dismounted, recovery], { warnings: ['the disk is nearly full'] });
  return inventory.merge(emptyState(START_MS), reported, START_MS).state;
}

describe('the picture in numbers', () => {
  it('is every member with its agent, the age of its report, its client and its warnings', () => {
    const { members, agents } = inventoryFigures(given(), DEFAULT_SETTINGS, START_MS + 9_000);
    expect(members).toEqual([
      { member: 'ex01', dag: 'dag1', agent: 'silent', reportAgeMs: 9_000, hasClient: true, warnings: 1 },
      { member: 'ex02', dag: 'dag1', agent: 'never', reportAgeMs: null, hasClient: null, warnings: 0 },
      { member: 'ex03', dag: 'dag1', agent: 'never', reportAgeMs: null, hasClient: null, warnings: 0 },
    ]);
    expect([...agents]).toEqual([
      ['alive', 0],
      ['silent', 1],
      ['never', 2],
    ]);
  });

  it('is what somebody has to look at, which recovery databases are not', () => {
    const { dags } = inventoryFigures(given(), DEFAULT_SETTINGS, START_MS);
    expect(dags).toHaveLength(1);
    const [dag] = dags;
    expect(at(dag?.kinds)).toEqual([
      ['dag', 1],
      ['standalone', 1],
      ['recovery', 1],
    ]);
    expect(at(dag?.copies)).toEqual([
      ['Mounted', 2],
      ['Healthy', 1],
      ['FailedAndSuspended', 1],
    ]);
    expect(dag).toMatchObject({
      dag: 'dag1',
      withoutActiveCopy: 0,
      dismounted: 1,
      neverBackedUp: 1,
      oldestFullBackupAgeMs: 30 * HOUR_MS,
    });
  });

  it('is nothing where nothing is known', () => {
    const { members, dags } = inventoryFigures(emptyState(START_MS), DEFAULT_SETTINGS, START_MS);
    expect([members, dags]).toEqual([[], []]);
  });
});

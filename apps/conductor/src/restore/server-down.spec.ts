import { describe, expect, it } from '@jest/globals';
import { RestoreBench } from '../testing/restore-bench.js';
import type { SimDatabase } from '../testing/sim-databases.js';
import { advanced, confirmed, isWhole, until } from '../testing/restore-courses.js';
import { isOver } from './restore.state.js';
import { hasTouched } from './saga/history.js';

const MOMENTS = Array.from({ length: 12 }, (_, index) => index);
const ALARM_WITHIN_S = 60;
const DOWN_S = 300;

/** It takes its database with it, and mounts it again when it comes back. */
function takeDown(bench: RestoreBench, database: SimDatabase): () => void {
  const wasMounted = database.mounted;
  database.mounted = false;
  bench.down.add(database.active);
  return () => {
    bench.down.clear();
    database.mounted ||= wasMounted;
  };
}

function goOn(bench: RestoreBench, seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    for (const step of bench.live()) bench.carryOut(step);
    bench.after(1_000);
  }
}

describe('Exchange on the server of the active copy does not answer, and comes back', () => {
  it.each(MOMENTS)('after %i steps: it is waited for and told of, and the restore goes on to its end', (moment) => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    advanced(bench, moment);
    if (isOver(bench.run())) return;
    const comeBack = takeDown(bench, database);
    goOn(bench, ALARM_WITHIN_S);
    const told = [...bench.run().alarms.values()].map(({ kind }) => kind);
    expect(told).toEqual(hasTouched(bench.task('MBX01')) ? ['stalled'] : []);
    goOn(bench, DOWN_S - ALARM_WITHIN_S);
    comeBack();
    bench.settle();
    expect([bench.run().status, isWhole(database), bench.run().alarms.size]).toEqual(['completed', true, 0]);
  });

  it.each(MOMENTS)(
    'after %i steps, and never comes back: what was touched stays told of, until a person must see to it',
    (moment) => {
      const bench = new RestoreBench();
      const database = bench.database(1);
      confirmed(bench, database);
      advanced(bench, moment);
      if (isOver(bench.run())) return;
      takeDown(bench, database);
      goOn(bench, ALARM_WITHIN_S);
      const isTouched = hasTouched(bench.task('MBX01'));
      const silent: number[] = [];
      for (let second = ALARM_WITHIN_S; second < (2 * bench.settings.waitLimitMs) / 1_000; second += 1) {
        goOn(bench, 1);
        if (bench.run().alarms.size === 0) silent.push(second);
      }
      if (isTouched) expect(silent).toEqual([]);
      const isForAPerson = [...bench.run().alarms.values()].some(({ kind }) => kind === 'attention');
      expect(isForAPerson).toBe(hasTouched(bench.task('MBX01')));
      expect(bench.task('MBX01').status).toBe(isForAPerson ? 'needsAttention' : 'failed');
    },
  );
});

describe('a database that is dismounted while its copies are made anew', () => {
  const dismounted = (): { bench: RestoreBench; database: SimDatabase } => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    until(bench, 'reseedCopy');
    database.mounted = false;
    return { bench, database };
  };
  const mounts = (bench: RestoreBench): number => bench.steps('MBX01').filter((step) => step === 'mount').length;

  it('is left to Exchange for a while, which may be moving it', () => {
    const { bench, database } = dismounted();
    goOn(bench, 20);
    expect([mounts(bench), bench.task('MBX01').blockedBy]).toEqual([1, 'not-mounted']);
    database.mounted = true;
    bench.settle();
    expect([bench.run().status, isWhole(database), mounts(bench)]).toEqual(['completed', true, 1]);
  });

  it('is mounted again where Exchange leaves it so', () => {
    const { bench, database } = dismounted();
    bench.settle();
    expect([bench.run().status, isWhole(database), mounts(bench)]).toEqual(['completed', true, 2]);
  });
});

describe('a look that is in vain beside one agent', () => {
  it('is taken at another member, whose Exchange may answer', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    bench.down.add('ex01');
    goOn(bench, 30);
    const asked = bench.task('MBX01').steps.map(({ member }) => member);
    expect(new Set(asked).size).toBeGreaterThan(1);
    expect(bench.task('MBX01').observed?.copies.find(({ member }) => member === 'ex01')?.status).toBe('ServiceDown');
  });
});

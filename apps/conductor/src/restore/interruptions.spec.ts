import { describe, expect, it } from '@jest/globals';
import { RestoreBench } from '../testing/restore-bench.js';
import { advanced, confirmed, isWhole } from '../testing/restore-courses.js';

/** Steps that end before something happens; beyond the last the restore is over by itself. */
const MOMENTS = Array.from({ length: 24 }, (_, index) => index);

describe('between any two steps', () => {
  it.each(MOMENTS)('the conductor may die: after %i steps it goes on from what is stored', (moment) => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    advanced(bench, moment);
    bench.restart();
    bench.settle();
    expect([bench.run().status, isWhole(database)]).toEqual(['completed', true]);
  });

  it.each(MOMENTS)('an agent may die with a step in its hands, before or after it had its effect: %i', (moment) => {
    for (const hadEffect of [false, true]) {
      const bench = new RestoreBench();
      const database = bench.database(1);
      confirmed(bench, database);
      advanced(bench, moment);
      for (const step of bench.live()) {
        if (hadEffect) bench.effectOf(step);
        bench.nowMs += 22_000;
        bench.when({ type: 'LeasesExpired', member: step.member, attemptIds: [step.stepId] });
      }
      bench.settle();
      expect([bench.run().status, isWhole(database), bench.run().alarms.size]).toEqual(['completed', true, 0]);
    }
  });

  it.each(MOMENTS)('the database may fail over, wherever it still can: after %i steps', (moment) => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    advanced(bench, moment);
    const [to] = bench.failoverTargets(database);
    if (to !== undefined && database.mounted) bench.failover(database, to);
    bench.settle();
    expect([bench.run().status, isWhole(database)]).toEqual(['completed', true]);
  });
});

describe('in a DAG of 16 members', () => {
  const members = Array.from({ length: 16 }, (_, index) => `ex${String(index + 1).padStart(2, '0')}`);

  it.each(members)('from wherever it is active, %s can be where it is restored', (member) => {
    for (const start of members) {
      const bench = new RestoreBench(members);
      const database = bench.database(1, [start, ...members.filter((each) => each !== start)]);
      bench
        .request({ databases: ['MBX01'], confirm: ['MBX01'], to: { kind: 'server', member }, requestedBy: start })
        .settle();
      expect([start, bench.run().status, database.active, isWhole(database)]).toEqual([
        start,
        'completed',
        member,
        true,
      ]);
    }
  });

  it('the course is the same from whichever of them the request comes', () => {
    const courses = members.map((requestedBy) => {
      const bench = new RestoreBench(members);
      bench.database(1);
      bench.request({ databases: ['MBX01'], confirm: ['MBX01'], requestedBy: `admin@${requestedBy}` }).settle();
      return bench.task('MBX01').steps.map(({ member, step }) => [member, step]);
    });
    for (const course of courses) expect(course).toEqual(courses[0]);
  });
});

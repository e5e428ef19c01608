import { describe, expect, it } from '@jest/globals';
import { RestoreBench } from '../testing/restore-bench.js';
import { confirmed, failing } from '../testing/restore-courses.js';
import { evolveRestore } from './evolve-restore.js';
import { restoreFactOf } from './restore-effects.js';
import { restoreLogOf } from './restore-views.js';

describe('the acknowledgement of an alarm', () => {
  it('is told with who gave it and why, and stays in the history of its run', () => {
    const bench = new RestoreBench();
    confirmed(bench, bench.database(1));
    failing(bench, 'restoreBackup', true);
    const before = bench.run();
    const [alarm] = [...before.alarms.values()];
    const alarmId = alarm?.alarmId ?? '';
    const [event] = bench.when({ type: 'AlarmAcknowledged', alarmId, by: 'admin', note: 'done by hand' });
    if (event?.type !== 'AlarmAcknowledged') throw new Error('the acknowledgement was not taken');
    const run = evolveRestore(before, event);
    const context = { source: '/conductor/test', epoch: 1, leaseMs: 1, dispatchTimeoutMs: 1, world: bench.world() };
    const told = restoreFactOf(event, before, run, run.version, context);
    expect(told).toMatchObject({
      exchange: 'dag.events',
      envelope: {
        type: 'dag.alarm.acknowledged.v1',
        data: { alarmId, acknowledgedBy: 'admin', note: 'done by hand', commands: alarm?.commands },
      },
    });
    expect(restoreLogOf(run, [{ sequence: run.version, event }])).toMatchObject([
      { event: 'AlarmAcknowledged', text: `alarm ${alarmId} acknowledged by admin: done by hand` },
    ]);
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { chaosTargets, runChaos } from '../../lab/src/chaos/chaos.js';
import { eventually } from '../support/eventually.js';
import { describeWithInstalledBroker } from '../support/installed-broker.js';
import { startLab, type RunningLab } from '../support/start-lab.js';

const MIB = 1024 * 1024;

/** About a second for each backup: long enough to be struck, short enough for several runs. */
const WORLD = {
  members: 3,
  databases: 5,
  copies: 2,
  standalone: 1,
  sizeMinBytes: 2 * MIB,
  sizeMaxBytes: 3 * MIB,
  rateBytesPerSecond: 2 * MIB,
};
/** More kills, and other seeds: npm run chaos. */
const KILLS = 20;
const SEED = 1;

describeWithInstalledBroker('whatever is killed', () => {
  let running: RunningLab;

  beforeAll(async () => {
    // Its own broker: that is killed too, and the one of the other tests must not be.
    running = await startLab({ world: WORLD, ownBroker: true });
    await eventually(
      async () => {
        const { databases, members } = await running.client.snapshot();
        return databases.length === 6 && members.every(({ agent }) => agent.state === 'alive');
      },
      { what: 'the inventory knows all six databases and every agent' },
    );
  });

  afterAll(async () => {
    await running?.stop();
  });

  it('every database ends in one final state, stored right, and never two backups at once', async () => {
    const said: string[] = [];
    const result = await runChaos(running.lab, running.client, {
      kills: KILLS,
      seed: SEED,
      say: (line) => said.push(line),
      signal: new AbortController().signal,
    });
    expect({ problems: result.problems, said }).toMatchObject({ problems: [] });
    expect(result.kills).toHaveLength(KILLS);
    expect(new Set(result.kills.map(({ target }) => target)).size).toBe(chaosTargets(running.lab).length);
    const ends = result.runs.flatMap((run) => run.tasks.map(({ status }) => status));
    expect(ends).toContain('succeeded');
    expect(result.checked).toBeGreaterThan(0);
  });
});

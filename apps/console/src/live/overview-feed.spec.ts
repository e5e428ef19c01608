import { describe, expect, it } from '@jest/globals';
import { ConsoleCounts } from '../monitoring/counts.js';
import type { ConsoleClient } from '../ports.js';
import { EMPTY_SNAPSHOT, NO_MAINTENANCE } from '../testing/console-under-test.js';
import type { Channel, ChannelEvent } from './channel.js';
import { OverviewFeed } from './overview-feed.js';

describe('the overview', () => {
  it('is no other one because services answered later, or others of them did', async () => {
    let answers = 0;
    const service = () => {
      const at = new Date((answers += 1) * 1_000).toISOString();
      return { version: '0.1.0', instance: `host ${answers}`, actingSince: at, at };
    };
    const client = {
      snapshot: async () => ({ ...EMPTY_SNAPSHOT, service: service() }),
      maintenance: async () => ({ ...NO_MAINTENANCE, service: service() }),
      runs: async () => [],
    };
    const told: ChannelEvent[] = [];
    const channel = { publish: (event: ChannelEvent) => void told.push(event) } as unknown as Channel;
    const feed = new OverviewFeed(client as unknown as ConsoleClient, new ConsoleCounts());
    await feed.refresh(channel);
    expect(told.map(({ event }) => event)).toEqual(['snapshot']);
    await feed.refresh(channel);
    expect({ answers, told: told.length }).toEqual({ answers: 4, told: 1 });
  });
});

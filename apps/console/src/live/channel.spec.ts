import { describe, expect, it } from '@jest/globals';
import { Channel, type Viewer } from './channel.js';
import { PAST_EVENTS_MAX, VIEWER_BACKLOG_MAX_BYTES } from './limits.js';

class TestViewer implements Viewer {
  readonly got: string[] = [];
  backlog = 0;
  isClosed = false;
  backlogBytes(): number {
    return this.backlog;
  }
  write(text: string): void {
    this.got.push(text);
  }
  close(): void {
    this.isClosed = true;
  }
  /** Ids and data of what came. */
  get events(): readonly string[] {
    return this.got.map((text) => `${/^id: (.*)$/m.exec(text)?.[1]} ${/^data: (.*)$/m.exec(text)?.[1]}`);
  }
}

const change = (n: number) => ({ event: 'change', data: { n } });

describe('a channel', () => {
  it('gives who comes what is there now, and then each change', () => {
    const channel = new Channel('e', () => [{ event: 'snapshot', data: { all: true } }]);
    const viewer = new TestViewer();
    channel.publish(change(1));
    channel.join(viewer, undefined);
    channel.publish(change(2));
    expect(viewer.events).toEqual(['e:1 {"all":true}', 'e:2 {"n":2}']);
  });

  it('gives who comes back what was missed, and no more', () => {
    const channel = new Channel('e', () => [{ event: 'snapshot', data: {} }]);
    for (const n of [1, 2, 3]) channel.publish(change(n));
    const viewer = new TestViewer();
    channel.join(viewer, 'e:1');
    expect(viewer.events).toEqual(['e:2 {"n":2}', 'e:3 {"n":3}']);
    const upToDate = new TestViewer();
    channel.join(upToDate, 'e:3');
    expect(upToDate.events).toEqual([]);
  });

  it.each(['other:1', 'e:9999', 'e:x', '', 'e:0'])(
    'gives who comes back with %j, which is not known any more, a snapshot',
    (id) => {
      const channel = new Channel('e', () => [{ event: 'snapshot', data: {} }]);
      for (let n = 0; n < PAST_EVENTS_MAX + 5; n += 1) channel.publish(change(n));
      const viewer = new TestViewer();
      channel.join(viewer, id);
      expect(viewer.got).toHaveLength(1);
      expect(viewer.got[0]).toContain('event: snapshot');
    },
  );

  it('cuts off a viewer that does not read', () => {
    const channel = new Channel('e', () => []);
    const slow = new TestViewer();
    const quick = new TestViewer();
    channel.join(slow, undefined);
    channel.join(quick, undefined);
    slow.backlog = VIEWER_BACKLOG_MAX_BYTES + 1;
    channel.publish(change(1));
    channel.publish(change(2));
    expect([slow.isClosed, slow.got.length, quick.got.length]).toEqual([true, 0, 2]);
  });
});

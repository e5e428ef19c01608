import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { BackupRequested, CancelRequested, Queues, type BackupRequest } from '#contracts';
import { Handles, type MessageContext } from '#messaging';
import { startService } from './service.js';
import { until } from '../../support/eventually.js';
import { hasBroker, Playground } from './support.js';

const when = hasBroker ? describe : describe.skip;
const begun: string[] = [];
const finished: string[] = [];
let release: () => void = () => undefined;

@Controller()
class Slow {
  @Handles(BackupRequested, Queues.conductorInbox)
  async requested(_: BackupRequest, { envelope }: MessageContext): Promise<void> {
    begun.push(envelope.id);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    finished.push(envelope.id);
  }
}

@Controller()
class Twice {
  @Handles(BackupRequested, Queues.conductorInbox)
  one(): void {
    begun.push('one');
  }

  @Handles(BackupRequested, Queues.conductorInbox)
  two(): void {
    begun.push('two');
  }
}

when('a service', () => {
  let ground: Playground;
  beforeAll(async () => {
    ground = await Playground.open();
  });
  afterAll(async () => ground.close());

  it('finishes what it has in hand when it stops, and leaves the rest to the broker', async () => {
    const app = await startService(ground.broker(), [Slow], { queues: [{ name: Queues.conductorInbox }] });
    const sender = ground.broker({ service: 'api' });
    for (const id of ['first', 'second', 'third']) await sender.publisher.publish(BackupRequested, {}, {}, { id });
    await until('the first is being handled', () => begun.length === 1);
    const closing = app.close();
    expect(finished).toEqual([]);
    release();
    await closing;
    expect(finished).toEqual(['first']);
    expect(begun).toEqual(['first']);
    const left = await ground.takeMany(Queues.conductorInbox, 2);
    expect(left.map((message) => String(message.properties.messageId))).toEqual(['second', 'third']);
    expect(await ground.depth(Queues.conductorInbox)).toBe(0);
  });

  it('does not start with two handlers of one message, or a queue without any', async () => {
    const queues = [{ name: Queues.conductorInbox }, { name: Queues.inventoryInbox }];
    await expect(startService(ground.broker(), [Twice], { queues })).rejects.toThrow(
      /dag\.backup\.requested\.v1 from dag\.conductor\.inbox has two handlers: Twice\.one and Twice\.two; queue dag\.inventory\.inbox is consumed, but nothing/,
    );
  });

  it('sends what waits before it closes', async () => {
    const broker = ground.broker({ service: 'api' });
    const sent = Array.from({ length: 200 }, () =>
      broker.publisher.publish(CancelRequested, {}, { runId: '44444444-4444-4444-8444-444444444444' }),
    );
    await broker.ready(8_000);
    await broker.close();
    expect(new Set(await Promise.all(sent))).toEqual(new Set(['routed']));
  });
});

import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  Transport,
  type MicroserviceOptions,
  type RmqOptions,
} from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { Arrivals, latencies, throughput } from './measure.js';
import { BODY_BYTES, type Comparison } from './raw.js';

const QUEUE = 'bench.nest';
const UNREAD_QUEUE = 'bench.nest.unread';
const PATTERN = 'bench';
const arrivals = new Arrivals();

@Controller()
class Receiver {
  @EventPattern(PATTERN)
  received({ id }: { readonly id: string }): void {
    arrivals.arrived(id);
  }
}

@Module({ controllers: [Receiver] })
class BenchModule {}

/** The same through Nest's own RMQ transport, with the options that come nearest: persistent, no delay, confirms by its client. */
export async function throughNestRmq(url: string, messages: number, samples: number): Promise<Comparison> {
  const client = (queue: string) => ClientProxyFactory.create(optionsFor(url, queue));
  const writer = client(UNREAD_QUEUE);
  const talker = client(QUEUE);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(BenchModule, {
    ...optionsFor(url, QUEUE),
    logger: false,
  });
  const padding = 'x'.repeat(BODY_BYTES - 60);
  try {
    await app.listen();
    await Promise.all([writer.connect(), talker.connect()]);
    const publish = await throughput(messages, (index) =>
      firstValueFrom(writer.emit(PATTERN, { id: String(index), padding }), { defaultValue: undefined }),
    );
    const latency = await latencies(samples, async (index) => {
      const id = `latency-${index}`;
      const arrival = arrivals.expect(id);
      await firstValueFrom(talker.emit(PATTERN, { id, padding }), { defaultValue: undefined });
      await arrival;
    });
    return { publish, latency };
  } finally {
    await writer.close();
    await talker.close();
    await app.close();
  }
}

function optionsFor(url: string, queue: string): RmqOptions {
  return {
    transport: Transport.RMQ,
    options: {
      urls: [url],
      queue,
      queueOptions: { durable: true, arguments: { 'x-queue-type': 'quorum' } },
      persistent: true,
      noAck: true,
      prefetchCount: 100,
      socketOptions: { connectionOptions: { noDelay: true } },
    },
  };
}

import 'reflect-metadata';
import { Controller, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { connect } from 'amqplib';
import { commandQueue, StateReportOrdered, topologyFor, type ReportStateOrder } from '#contracts';
import {
  AmqpStrategy,
  applyTopology,
  Broker,
  Handles,
  MessagingModule,
  SILENT_LOG,
  type MessageContext,
} from '#messaging';
import { Arrivals, latencies, throughput } from './measure.js';
import { BODY_BYTES, type Comparison } from './raw.js';

const MEMBER = 'bench';
const UNREAD_MEMBER = 'bench-unread';
/** The data is made so long that the whole envelope has about the size of the raw body. */
const ENVELOPE_BYTES = 330;

const arrivals = new Arrivals();

@Controller()
class Receiver {
  @Handles(StateReportOrdered, commandQueue(MEMBER))
  ordered(_: ReportStateOrder, { envelope }: MessageContext): void {
    arrivals.arrived(envelope.id);
  }
}

@Module({})
class BenchModule {
  static with(broker: Broker): DynamicModule {
    return { module: BenchModule, imports: [MessagingModule.forBroker(broker)], controllers: [Receiver] };
  }
}

/** The same through libs/messaging: envelopes, mandatory, confirms, validation, a Nest handler, acknowledgement after its end. */
export async function throughMessaging(url: string, messages: number, samples: number): Promise<Comparison> {
  await applyTopology(url, topologyFor([MEMBER, UNREAD_MEMBER]));
  const reason = 'x'.repeat(Math.min(200, BODY_BYTES - ENVELOPE_BYTES));
  const traceFiller = 'y'.repeat(BODY_BYTES - ENVELOPE_BYTES - reason.length);
  const data = { reason, padding: traceFiller };
  const sender = Broker.open({ url, service: 'bench', instance: 'sender', log: SILENT_LOG });
  const receiver = Broker.open({ url, service: 'bench', instance: 'receiver', log: SILENT_LOG });
  const strategy = new AmqpStrategy(receiver, {
    queues: [{ name: commandQueue(MEMBER), prefetch: 100 }],
    parkAs: 'node',
    verifySender: false,
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(BenchModule.with(receiver), {
    strategy,
    logger: false,
  });
  try {
    await app.listen();
    const publish = await throughput(messages, () =>
      sender.publisher.publish(StateReportOrdered, { member: UNREAD_MEMBER }, data),
    );
    await deleteQueue(url, commandQueue(UNREAD_MEMBER));
    const latency = await latencies(samples, async (index) => {
      const id = `latency-${index}`;
      const arrival = arrivals.expect(id);
      await sender.publisher.publish(StateReportOrdered, { member: MEMBER }, data, { id });
      await arrival;
    });
    return { publish, latency };
  } finally {
    await app.close();
    await sender.close();
  }
}

async function deleteQueue(url: string, queue: string): Promise<void> {
  const model = await connect(url, { noDelay: true });
  const channel = await model.createChannel();
  await channel.deleteQueue(queue);
  await model.close();
}

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'amqplib';
import { BackupStartOrdered, commandQueue, topologyFor, type StartBackup } from '#contracts';
import { Broker, SILENT_LOG, applyTopology, toOutgoing, type OutgoingMessage } from '#messaging';
import { OutboxSender, enqueue, openDatabase, type DatabaseOptions, type Storage, type StorageTables } from '#storage';

const MEMBERS = 16;
/** As many unconfirmed at once as the product's own publisher allows itself. */
const RAW_IN_FLIGHT = 500;
/** As the conductor has it. */
const IN_FLIGHT_PER_KEY = 50;
const PER_TRANSACTION = 500;
const SENT_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 5;
const SCHEMA = 'bench_dispatch';

export interface Dispatch {
  readonly way: 'raw' | 'embedded' | 'PostgreSQL';
  readonly orders: number;
  readonly perSecond: number;
}

const members = Array.from({ length: MEMBERS }, (_, index) => `ex${String(index + 1).padStart(2, '0')}`);

/** Start orders to 16 members: published bare with confirms, and sent by the outbox from the stored row to the stored mark. */
export async function measureDispatch(
  orders: number,
  amqpUrl: string,
  databases: readonly Pick<DatabaseOptions, 'file' | 'url'>[],
): Promise<readonly Dispatch[]> {
  await applyTopology(amqpUrl, topologyFor(members));
  const results = [await measureRaw(orders, amqpUrl)];
  // One after the other: two at once would share the broker.
  for (const database of databases) results.push(await measureOutbox(orders, amqpUrl, database));
  return results;
}

async function measureRaw(orders: number, amqpUrl: string): Promise<Dispatch> {
  const messages = ordersFor(orders);
  const connection = await connect(amqpUrl, { noDelay: true });
  try {
    const channel = await connection.createConfirmChannel();
    const fromMs = performance.now();
    let inFlight = 0;
    let wake: () => void = () => undefined;
    for (const { exchange, routingKey, id, envelope } of messages) {
      if (inFlight >= RAW_IN_FLIGHT) await new Promise<void>((resolve) => (wake = resolve));
      inFlight += 1;
      const content = Buffer.from(JSON.stringify(envelope));
      const options = { persistent: true, mandatory: true, messageId: id };
      const hasRoom = channel.publish(exchange, routingKey, content, options, () => {
        inFlight -= 1;
        wake();
      });
      if (!hasRoom) await once(channel, 'drain');
    }
    await channel.waitForConfirms();
    const perSecond = (orders * 1_000) / (performance.now() - fromMs);
    for (const member of members) await channel.purgeQueue(commandQueue(member));
    return { way: 'raw', orders, perSecond };
  } finally {
    await connection.close();
  }
}

async function measureOutbox(
  orders: number,
  amqpUrl: string,
  options: Pick<DatabaseOptions, 'file' | 'url'>,
): Promise<Dispatch> {
  const storage = await openDatabase<object>({ ...options, schema: SCHEMA, migrations: [] });
  const broker = Broker.open({ url: amqpUrl, service: 'conductor', instance: 'bench', log: SILENT_LOG });
  const sender = new OutboxSender(storage, broker.publisher, {
    onUnroutable: async () => undefined,
    inFlightPerKey: IN_FLIGHT_PER_KEY,
  });
  try {
    await store(storage, ordersFor(orders));
    await broker.ready(SENT_WITHIN_MS);
    const fromMs = performance.now();
    sender.start();
    await allMarked(storage);
    const perSecond = (orders * 1_000) / (performance.now() - fromMs);
    await purge(amqpUrl);
    return { way: storage.engine === 'embedded' ? 'embedded' : 'PostgreSQL', orders, perSecond };
  } finally {
    await sender.stop();
    await broker.close();
    if (storage.engine === 'postgres') await storage.db.schema.dropSchema(SCHEMA).cascade().execute();
    await storage.close();
  }
}

async function store(storage: Storage<StorageTables>, messages: readonly OutgoingMessage[]): Promise<void> {
  const now = new Date().toISOString();
  for (let start = 0; start < messages.length; start += PER_TRANSACTION) {
    const part = messages.slice(start, start + PER_TRANSACTION);
    await storage.transaction(async (tx) => {
      for (const message of part) await enqueue(tx, [message], `member ${message.routingKey}`, now);
    });
  }
}

async function allMarked(storage: Storage<StorageTables>): Promise<void> {
  const deadlineMs = performance.now() + SENT_WITHIN_MS;
  for (;;) {
    const unsent = await storage.db.selectFrom('outbox').select('id').where('sent_at', 'is', null).limit(1).execute();
    if (unsent.length === 0) return;
    if (performance.now() > deadlineMs) throw new Error(`the outbox was not empty after ${SENT_WITHIN_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function purge(amqpUrl: string): Promise<void> {
  const connection = await connect(amqpUrl);
  const channel = await connection.createChannel();
  for (const member of members) await channel.purgeQueue(commandQueue(member));
  await connection.close();
}

function ordersFor(count: number): readonly OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => {
    const member = members[index % members.length] ?? '';
    const order: StartBackup = {
      runId: randomUUID(),
      taskId: `${randomUUID()}/1`,
      attemptId: randomUUID(),
      attempt: 1,
      epoch: 1,
      databaseGuid: randomUUID(),
      databaseName: `MBX${index}`,
      backupType: 'full',
      expectedRole: 'passive',
      leaseMs: 20_000,
      notAfter: new Date().toISOString(),
    };
    const meta = { id: randomUUID(), source: '/bench', time: new Date(), subject: order.databaseName };
    return toOutgoing(BackupStartOrdered, { member }, order, meta);
  });
}

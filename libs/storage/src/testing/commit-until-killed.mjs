import { enqueue, markSeen, openEmbedded } from '#storage';

/** Commits one message seen with one message to send, again and again, and prints the number of each commit. */
const storage = await openEmbedded({ file: process.argv[2], migrations: [] });
process.stdout.write('open\n');
for (let number = Number(process.argv[3]); ; number += 1) {
  await storage.transaction(async (tx) => {
    const id = `message-${number}`;
    const nowIso = new Date().toISOString();
    await markSeen(tx, 'child', id, nowIso);
    const envelope = {
      specversion: '1.0',
      id,
      source: '/child',
      type: 'test',
      time: nowIso,
      datacontenttype: 'application/json',
      data: {},
    };
    await enqueue(tx, [{ id, exchange: 'dag.events', routingKey: 'x', durable: true, envelope }], 'child', nowIso);
  });
  process.stdout.write(`${number}\n`);
}

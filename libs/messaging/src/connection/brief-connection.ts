import { connect, type Channel, type ChannelModel } from 'amqplib';
import { parseBrokerUrls, type BrokerUrl } from './broker-url.js';
import { within } from './deferred.js';
import { messageOf } from './log.js';

const CONNECT_TIMEOUT_MS = 10_000;

/** Connects to the first host that answers, works, and closes whatever happens; `failing` begins what is said when it does not succeed. */
export async function withBriefConnection<T>(
  amqpUrl: string,
  failing: string,
  limitMs: number,
  work: (model: ChannelModel) => Promise<T>,
): Promise<T> {
  const { model, host } = await connectToAny(parseBrokerUrls(amqpUrl), failing);
  model.on('error', () => undefined);
  try {
    return await within(work(model), limitMs, () => new Error(`not done within ${limitMs} ms`));
  } catch (error) {
    throw new Error(`${failing} on ${host.label}: ${messageOf(error)}`, { cause: error });
  } finally {
    // The work is done or has failed by now, and is reported as that.
    await model.close().catch(() => undefined);
  }
}

async function connectToAny(
  hosts: readonly BrokerUrl[],
  failing: string,
): Promise<{ readonly model: ChannelModel; readonly host: BrokerUrl }> {
  const failures: string[] = [];
  for (const host of hosts) {
    try {
      return { model: await connect(host.url, { noDelay: true, timeout: CONNECT_TIMEOUT_MS }), host };
    } catch (error) {
      failures.push(`${host.label}: ${messageOf(error)}`);
    }
  }
  throw new Error(
    `${failing}: no connection to ${failures.join('; ')}. Check that the broker runs, the address, the user and the virtual host.`,
  );
}

/** A channel on which a refusal rejects its own promise; without a listener the event would end the process. */
export async function openChannel(model: ChannelModel): Promise<Channel> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  return channel;
}

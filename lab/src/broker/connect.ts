import { connect, type ChannelModel } from 'amqplib';
import { messageOf } from '../supervisor/files.js';
import { urlsOf } from './types.js';

const CONNECT_TIMEOUT_MS = 10_000;

/** A connection to the first host that gives one. */
export async function connectToAny(amqpUrls: string): Promise<ChannelModel> {
  const problems: string[] = [];
  for (const url of urlsOf(amqpUrls)) {
    try {
      return await connect(url, { timeout: CONNECT_TIMEOUT_MS });
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  throw new Error(problems.join('; '));
}

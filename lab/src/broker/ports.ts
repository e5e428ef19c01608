import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { WayFailed, type BrokerPorts } from './types.js';

/** Below the usual ephemeral range (32768 and up), where the system hands out ports to everybody (rabbitmq.md section 8). */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_700;
const CLI_PORTS = 10;
const BLOCK = 4 + CLI_PORTS;
const TRIES = 50;

/** A block of free ports at a random place. Between this look and the broker's start another may take one: the start is retried. */
export async function pickPorts(): Promise<BrokerPorts> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const base = randomInt(FIRST_PORT, LAST_PORT - BLOCK);
    if (!(await allFree(base))) continue;
    return {
      amqp: base,
      management: base + 1,
      distribution: base + 2,
      epmd: base + 3,
      cliFirst: base + 4,
      cliLast: base + 3 + CLI_PORTS,
    };
  }
  throw new WayFailed(`found no ${BLOCK} free ports in a row between ${FIRST_PORT} and ${LAST_PORT} in ${TRIES} tries`);
}

async function allFree(base: number): Promise<boolean> {
  for (let port = base; port < base + BLOCK; port += 1) if (!(await isFree(port))) return false;
  return true;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    // Erlang binds some of them to every address, so a port is free only if it is free on every address.
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

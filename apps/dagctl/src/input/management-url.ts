import { UsageError } from './usage-error.js';

const MANAGEMENT_PORT = 15_672;

/** The management API given, or the one that a broker has unless it was set up otherwise, with the same user. */
export function managementUrlOf(brokerUrl: string, given: string | undefined): string {
  const broker = firstOf(brokerUrl);
  if (given === undefined) return `http://${broker.username}:${broker.password}@${broker.hostname}:${MANAGEMENT_PORT}`;
  if (!URL.canParse(given))
    throw new UsageError('The management URL cannot be read; it must look like http://host:15672');
  const url = new URL(given);
  if (url.username === '') Object.assign(url, { username: broker.username, password: broker.password });
  return url.href;
}

/** The virtual host that a broker URL names; without a path it is `/`. */
export function vhostOf(brokerUrl: string): string {
  return decodeURIComponent(firstOf(brokerUrl).pathname.slice(1)) || '/';
}

function firstOf(brokerUrl: string): URL {
  const first = brokerUrl.split(',')[0]?.trim() ?? '';
  if (!URL.canParse(first))
    throw new UsageError('The broker URL cannot be read; it must look like amqp://user:password@host:5672/vhost');
  return new URL(first);
}

import Table from 'cli-table3';
import type { Latency } from './measure.js';
import type { Comparison } from './raw.js';
import type { Reroute } from './reroute.js';

export interface Results {
  readonly raw: Comparison;
  readonly messaging: Comparison;
  readonly nestRmq: Comparison;
  readonly hopsBefore: Latency;
  readonly hopsAfter: Latency;
  readonly reroute: Reroute;
}

export interface Ratios {
  /** libs/messaging to plain amqplib. */
  readonly throughput: number;
  readonly p50: number;
  readonly p99: number;
  /** A re-route to three raw confirmed hops, the mean of both measurements of them. */
  readonly rerouteP50: number;
  readonly rerouteP99: number;
}

export function ratiosOf({ raw, messaging, hopsBefore, hopsAfter, reroute }: Results): Ratios {
  const hops = (quantile: 'p50Ms' | 'p99Ms'): number => (hopsBefore[quantile] + hopsAfter[quantile]) / 2;
  return {
    throughput: share(messaging.publish.perSecond, raw.publish.perSecond),
    p50: share(messaging.latency.p50Ms, raw.latency.p50Ms),
    p99: share(messaging.latency.p99Ms, raw.latency.p99Ms),
    rerouteP50: share(reroute.endReported.p50Ms, hops('p50Ms')),
    rerouteP99: share(reroute.endReported.p99Ms, hops('p99Ms')),
  };
}

function share(part: number, whole: number): number {
  return Math.round((part / whole) * 100) / 100;
}

export function report(results: Results): string {
  const table = new Table({ head: ['', 'confirmed msg/s', 'p50 ms', 'p99 ms'], style: { head: [], border: [] } });
  const compared = (name: string, { publish, latency }: Comparison) =>
    table.push([name, publish.perSecond, latency.p50Ms, latency.p99Ms]);
  const timed = (name: string, { p50Ms, p99Ms }: Latency) => table.push([name, '', p50Ms, p99Ms]);
  compared('amqplib: publish to consume', results.raw);
  compared('libs/messaging: publish to consume', results.messaging);
  compared('Nest RMQ: publish to consume', results.nestRmq);
  timed('three raw confirmed hops, before', results.hopsBefore);
  timed('three raw confirmed hops, after', results.hopsAfter);
  timed('re-route, the old agent reports its end', results.reroute.endReported);
  timed('re-route, the old agent is told to stop', results.reroute.endOrdered);
  const ratios = ratiosOf(results);
  return [
    table.toString(),
    `libs/messaging to amqplib: ${Math.round(ratios.throughput * 100)} % of the throughput, ${ratios.p50} times the p50, ${ratios.p99} times the p99`,
    `re-route to three raw hops: ${ratios.rerouteP50} times the p50, ${ratios.rerouteP99} times the p99`,
  ].join('\n');
}

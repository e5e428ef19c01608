import type { ProcessIdentity } from '../supervisor/process-identity.js';

/** Tells the person at the screen what happens, one line at a time. */
export type Say = (line: string) => void;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface BrokerVhost {
  /** Administrator of the vhost, or the given user where the broker is not ours. Several with commas for the hosts of a cluster. */
  readonly amqpUrl: string;
  /** Management API with the credentials in the URL; absent where nobody answers there. */
  readonly managementUrl?: string;
}

/** What must be known to use, and to end, a broker from another process; kept in `broker.json` of the broker's folder. */
export type BrokerRecord = GivenBrokerRecord | PrivateBrokerRecord | ContainerBrokerRecord;

export interface GivenBrokerRecord {
  readonly kind: 'given';
  readonly amqpUrl: string;
  readonly managementUrl?: string;
}

export interface PrivateBrokerRecord {
  readonly kind: 'private';
  readonly amqpUrl: string;
  readonly managementUrl: string;
  readonly directory: string;
  readonly program: BrokerProgram;
  readonly nodeName: string;
  readonly ports: BrokerPorts;
  readonly process: ProcessIdentity;
  /** Erlang's name server; it stays behind when the broker ends, so it has to be ended too. */
  readonly epmd: ProcessIdentity;
}

export interface ContainerBrokerRecord {
  readonly kind: 'container';
  readonly amqpUrl: string;
  readonly managementUrl: string;
  readonly containerId: string;
}

/** Where the installed program's parts are. */
export interface BrokerProgram {
  readonly server: string;
  readonly control: string;
  readonly epmd: string;
}

export interface BrokerPorts {
  readonly amqp: number;
  readonly management: number;
  readonly distribution: number;
  readonly epmd: number;
  readonly cliFirst: number;
  readonly cliLast: number;
}

export interface StopOptions {
  /** The data will be deleted next, so the broker need not take the time to put it away. */
  readonly discard?: boolean;
}

export interface ObtainedBroker extends BrokerVhost {
  readonly kind: BrokerRecord['kind'];
  /** True for a broker that was started here, and that `stop` ends. */
  readonly ownsBroker: boolean;
  readonly pid?: number;
  readonly record: BrokerRecord;
  /** On a broker without a management API this is the vhost of the given URL as it is. */
  createVhost(name: string): Promise<BrokerVhost>;
  /** Deletes a vhost that `createVhost` made; nothing where it could not make one. */
  deleteVhost(name: string): Promise<void>;
  stop(options?: StopOptions): Promise<void>;
}

/** Why one way of getting a broker did not work; the next way is tried. */
export class WayFailed extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'WayFailed';
  }
}

/** The hosts of a cluster are one broker: their URLs stand in one text, with commas between them. */
export function eachUrl(amqpUrls: string, change: (url: URL) => void): string {
  return urlsOf(amqpUrls)
    .map((text) => {
      const url = new URL(text);
      change(url);
      return url.href;
    })
    .join(',');
}

export function urlsOf(amqpUrls: string): readonly string[] {
  return amqpUrls
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

export function withVhost(amqpUrls: string, vhost: string): string {
  return eachUrl(amqpUrls, (url) => {
    url.pathname = `/${encodeURIComponent(vhost)}`;
  });
}

/** The URL as it may be shown: without the password. */
export function withoutPassword(addresses: string): string {
  return eachUrl(addresses, (url) => {
    if (url.password !== '') url.password = '***';
  });
}

import { ID_PATTERN } from '../ids.js';
import { commandQueue } from './names.js';

/**
 * One broker user per service and per member, each with the least it needs (rabbitmq.md section 5). Nothing but the
 * provisioning user may declare anything. `amq\.default` is the exchange that carries direct replies, so those who answer
 * queries or heartbeats may write to it.
 */
export interface BrokerUser {
  readonly name: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  /** Without a topic permission a user may write every key of an exchange it may write to at all. */
  readonly topicPermissions: readonly { readonly exchange: string; readonly write: string; readonly read: string }[];
}

const NOTHING = '^$';
/**
 * The queues, which people are told the state of: RabbitMQ 4.3 lets only those look that have a right there (rabbitmq.md section 2). To write to
 * a queue means to bind it, which takes the right to read an exchange as well; so this alone allows nothing but the look. Of what it names
 * only `dag.unrouted` is an exchange, too, and whatever is sent to `dag.requests` with a wrong key comes there anyway.
 */
const LOOKED_AT = 'dead|unrouted|audit|(conductor|inventory|node|wait)\\..+';

export const USER_PREFIX = 'dag-';

export function memberUserName(memberId: string): string {
  return `${USER_PREFIX}node-${memberId}`;
}

export function serviceUsers(): readonly BrokerUser[] {
  return [
    {
      name: `${USER_PREFIX}conductor`,
      configure: NOTHING,
      write: '^(dag\\.(commands|events|queries|wait|park)|amq\\.default)$',
      read: '^dag\\.conductor\\..*$',
      topicPermissions: [],
    },
    {
      name: `${USER_PREFIX}inventory`,
      configure: NOTHING,
      write: '^(dag\\.(inventory|commands|wait|park)|amq\\.default)$',
      read: '^dag\\.inventory\\..*$',
      topicPermissions: [],
    },
    {
      name: `${USER_PREFIX}api`,
      configure: NOTHING,
      write: `^dag\\.(requests|queries|${LOOKED_AT})$`,
      read: NOTHING,
      topicPermissions: [],
    },
  ];
}

export function memberUser(memberId: string): BrokerUser {
  if (!ID_PATTERN.test(memberId))
    throw new Error(`"${memberId}" is no member id, and must not get into a permission pattern`);
  const queue = commandQueue(memberId).replaceAll('.', '\\.');
  return {
    name: memberUserName(memberId),
    configure: NOTHING,
    write: '^dag\\.(results|heartbeats|wait|park)$',
    read: `^${queue}$`,
    topicPermissions: [
      { exchange: 'dag.results', write: `^node\\.${memberId}\\.`, read: NOTHING },
      { exchange: 'dag.heartbeats', write: `^${memberId}$`, read: NOTHING },
      { exchange: 'dag.wait', write: `^[0-9]+[smh]\\.${queue}$`, read: NOTHING },
    ],
  };
}

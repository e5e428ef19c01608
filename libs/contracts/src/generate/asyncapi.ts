import { ENVELOPE_CONTENT_TYPE } from '../envelope.js';
import { Failure } from '../failure.js';
import { allContracts, type MessageContract, type QueryContract } from '../message.js';
import { serviceTopology } from '../topology/topology.js';
import { SCHEMA_POINTER, schemasOf, type JsonSchema } from './json-schema.js';
import { queuesOf, readersOf, sendersOf } from './participants.js';

const AMQP_BINDING = '0.3.0';
const VHOST = 'dag';
const REPLIES = 'replies';
const FAILURE_MESSAGE = 'dag.failure.v1';

const PARAMETERS: Readonly<Record<string, string>> = {
  member: 'Id of a member: its short name in small letters.',
  dag: 'Id of a DAG; `none` outside any, `many` for a run that spans several.',
};

type Node = Readonly<Record<string, unknown>>;

/** True for a contract that is answered. Heartbeats are: the reply carries the leases. */
export function isQuery(contract: MessageContract): contract is QueryContract<object, object> {
  return 'reply' in contract;
}

/** The AsyncAPI 3.0.0 document of the whole wire language. */
export function asyncApiDocument(version: string): Node {
  const contracts = allContracts();
  const queries = contracts.filter(isQuery);
  const schemas = schemasOf([...contracts.map(({ data }) => data), ...queries.map((query) => query.reply), Failure]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'DAG Conductor',
      version,
      description:
        'Every message that the services, the agents and the outside world exchange. Bodies are CloudEvents 1.0 in ' +
        'structured JSON; a request may also be published by hand as its bare data with the right routing key.',
    },
    defaultContentType: ENVELOPE_CONTENT_TYPE,
    servers: {
      broker: { host: 'localhost:5672', pathname: `/${VHOST}`, protocol: 'amqp', protocolVersion: '0-9-1' },
    },
    channels: channels(contracts, queries),
    operations: Object.assign({}, ...contracts.map(operations)) as Node,
    components: { messages: messages(contracts, queries), schemas: { Envelope: ENVELOPE_SCHEMA, ...schemas } },
  };
}

/** One channel for each route of an exchange; contracts that share a route share the channel. */
export function channelId(contract: MessageContract): string {
  return `${contract.exchange}.${contract.route.replaceAll(/[{}]/g, '')}`;
}

function channels(contracts: readonly MessageContract[], queries: readonly QueryContract<object, object>[]): Node {
  const result: Record<string, Node> = {};
  for (const contract of contracts) {
    const id = channelId(contract);
    const sharing = contracts.filter((other) => channelId(other) === id);
    result[id] ??= channel(contract, sharing);
  }
  result[REPLIES] = {
    address: null,
    description:
      'Answers go to the reply-to address of the question (direct reply-to); each is the reply’s data or a failure.',
    messages: {
      ...Object.fromEntries(queries.map((query) => [replyName(query), messageRef(replyName(query))])),
      [FAILURE_MESSAGE]: messageRef(FAILURE_MESSAGE),
    },
  };
  return result;
}

function channel(contract: MessageContract, sharing: readonly MessageContract[]): Node {
  const exchange = serviceTopology().exchanges.find(({ name }) => name === contract.exchange);
  const parameters = [...contract.route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return {
    address: contract.route,
    description: `Exchange ${contract.exchange}; queues: ${queuesOf(contract).join(', ') || 'none of ours'}.`,
    ...(parameters.length > 0
      ? { parameters: Object.fromEntries(parameters.map((name) => [name, { description: PARAMETERS[name] ?? name }])) }
      : {}),
    messages: Object.fromEntries(sharing.map(({ type }) => [type, messageRef(type)])),
    bindings: {
      amqp: {
        is: 'routingKey',
        exchange: {
          name: contract.exchange,
          type: exchange?.type ?? 'topic',
          durable: true,
          autoDelete: false,
          vhost: VHOST,
        },
        bindingVersion: AMQP_BINDING,
      },
    },
  };
}

/** What each side does with one message: the senders send it, the readers receive it and, if it is a query, answer. */
function operations(contract: MessageContract): Node {
  const id = channelId(contract);
  const common = {
    channel: { $ref: `#/channels/${id}` },
    messages: [channelMessageRef(id, contract.type)],
    ...(isQuery(contract) ? { reply: reply(contract) } : {}),
  };
  const delivery = { deliveryMode: contract.durable ? 2 : 1, mandatory: true, bindingVersion: AMQP_BINDING };
  return {
    [`send.${contract.type}`]: {
      action: 'send',
      summary: contract.summary,
      description: `Sent by: ${sendersOf(contract).join(', ')}.`,
      ...common,
      bindings: { amqp: delivery },
    },
    [`receive.${contract.type}`]: {
      action: 'receive',
      summary: contract.summary,
      description: `Read by: ${readersOf(contract).join(', ')}.`,
      ...common,
      bindings: { amqp: { ack: true, bindingVersion: AMQP_BINDING } },
    },
  };
}

function reply(query: QueryContract<object, object>): Node {
  return {
    address: { location: '$message.header#/replyTo', description: 'The AMQP property reply_to.' },
    channel: { $ref: `#/channels/${REPLIES}` },
    messages: [channelMessageRef(REPLIES, replyName(query)), channelMessageRef(REPLIES, FAILURE_MESSAGE)],
  };
}

function messages(contracts: readonly MessageContract[], queries: readonly QueryContract<object, object>[]): Node {
  return {
    ...Object.fromEntries(
      contracts.map((contract) => [contract.type, message(contract.type, contract.summary, contract.data.name)]),
    ),
    ...Object.fromEntries(
      queries.map((query) => [replyName(query), message(query.type, `Answer to ${query.type}.`, query.reply.name)]),
    ),
    [FAILURE_MESSAGE]: message(FAILURE_MESSAGE, 'The answer that could not be given, and why.', Failure.name),
  };
}

function message(type: string, summary: string, dataName: string): Node {
  return {
    name: type,
    summary,
    contentType: ENVELOPE_CONTENT_TYPE,
    payload: {
      allOf: [
        { $ref: `${SCHEMA_POINTER}Envelope` },
        { type: 'object', properties: { data: { $ref: SCHEMA_POINTER + dataName } } },
      ],
    },
    bindings: { amqp: { messageType: type, bindingVersion: AMQP_BINDING } },
  };
}

function replyName(query: QueryContract<object, object>): string {
  return `${query.type}.reply`;
}

function messageRef(name: string): Node {
  return { $ref: `#/components/messages/${name}` };
}

function channelMessageRef(channelName: string, messageName: string): Node {
  return { $ref: `#/channels/${channelName}/messages/${messageName}` };
}

const ENVELOPE_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'time', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description: 'The same id again is the same message delivered twice.',
    },
    source: { type: 'string', minLength: 1, maxLength: 300, description: 'The service instance that sent it.' },
    type: { type: 'string', minLength: 1, maxLength: 100 },
    subject: { type: 'string', description: 'The database, run or member that the message is about.' },
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { const: 'application/json' },
    correlationid: { type: 'string', description: 'The run.' },
    causationid: { type: 'string', description: 'Id of the message that led to this one.' },
    traceparent: { type: 'string', description: 'W3C trace context.' },
    data: { type: 'object' },
  },
};

import type { BrokerUser, Topology } from '#contracts';

export interface DefinitionsUser extends BrokerUser {
  /** Without one the user is expected to exist before the import; only its permissions are written. */
  readonly passwordHash?: string;
}

/**
 * The topology of one virtual host as a RabbitMQ definitions file. Import it after the start of the broker (`rabbitmqctl import_definitions`):
 * at start-up a wrong file fails without a sign (rabbitmq.md fact 14). Pure.
 */
export function toDefinitions(topology: Topology, users: readonly DefinitionsUser[] = [], vhost = 'dag'): object {
  const withPasswords = users.filter((user) => user.passwordHash !== undefined);
  return {
    vhosts: [{ name: vhost }],
    ...(withPasswords.length === 0 ? {} : { users: withPasswords.map(userDefinition) }),
    permissions: users.map(({ name, configure, write, read }) => ({ user: name, vhost, configure, write, read })),
    topic_permissions: users.flatMap(({ name, topicPermissions }) =>
      topicPermissions.map(({ exchange, write, read }) => ({ user: name, vhost, exchange, write, read })),
    ),
    policies: topology.policies.map(({ name, pattern, applyTo, priority, definition }) => ({
      vhost,
      name,
      pattern,
      'apply-to': applyTo,
      priority,
      definition,
    })),
    exchanges: topology.exchanges.map(({ name, type, arguments: args }) => ({
      name,
      vhost,
      type,
      durable: true,
      auto_delete: false,
      internal: false,
      arguments: args,
    })),
    queues: topology.queues.map(({ name, arguments: args }) => ({
      name,
      vhost,
      durable: true,
      auto_delete: false,
      arguments: args,
    })),
    bindings: topology.bindings.map(({ exchange, queue, key }) => ({
      source: exchange,
      vhost,
      destination: queue,
      destination_type: 'queue',
      routing_key: key,
      arguments: {},
    })),
  };
}

function userDefinition(user: DefinitionsUser): object {
  return {
    name: user.name,
    password_hash: user.passwordHash,
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    tags: [],
  };
}

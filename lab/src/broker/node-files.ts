import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment, PrivateBrokerRecord } from './types.js';

/** One broker process with everything of its own below `directory`. */
export type NodePlan = Pick<PrivateBrokerRecord, 'directory' | 'program' | 'nodeName' | 'ports'>;

export const ADMIN = 'dag-lab-admin';

/** What a broker reads at its start. `settings` are further lines of its configuration. */
export function writeNodeFiles(plan: NodePlan, password: string, settings: readonly string[] = []): void {
  const { directory, ports } = plan;
  for (const folder of ['home', 'data', 'log']) mkdirSync(join(directory, folder), { recursive: true });
  writeFileSync(join(directory, 'enabled_plugins'), '[rabbitmq_management].\n');
  // With a default user of ours, RabbitMQ never makes its "guest".
  const lines = [
    `listeners.tcp.default = 127.0.0.1:${ports.amqp}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports.management}`,
    `default_user = ${ADMIN}`,
    `default_pass = ${password}`,
    'default_user_tags.administrator = true',
    ...settings,
  ];
  writeFileSync(join(directory, 'rabbitmq.conf'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** Nothing of the caller's own RabbitMQ or Erlang settings must reach our broker, nor ours the caller's broker. */
export function nodeEnvironment(plan: NodePlan, env: Environment): NodeJS.ProcessEnv {
  const { directory, ports } = plan;
  const foreign = /^(RABBITMQ_|ERL_|NOTIFY_SOCKET$|HOME$)/;
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name))),
    HOME: join(directory, 'home'),
    RABBITMQ_NODENAME: plan.nodeName,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_CTL_DIST_PORT_MIN: String(ports.cliFirst),
    RABBITMQ_CTL_DIST_PORT_MAX: String(ports.cliLast),
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
}

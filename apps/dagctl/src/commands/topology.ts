import type { Command } from 'commander';
import { ExitCode, memberIdOf, memberUser, serviceUsers, topologyFor, type BrokerUser } from '#contracts';
import { applyPolicies, applyTopology, applyUsers, checkTopology, createVhost, toDefinitions } from '#messaging';
import type { CommandContext } from '../context.js';
import { collectList } from '../input/backup-options.js';
import { managementUrlOf, vhostOf } from '../input/management-url.js';
import { UsageError } from '../input/usage-error.js';
import { urlFileOf, usersWithPasswords } from '../secrets.js';
import { define, type Define } from './define.js';

/** The users of an exported file exist and cannot log in: permissions cannot be imported for users that do not exist. */
const NO_PASSWORD = '';

interface TopologyOptions {
  readonly member?: readonly string[];
  readonly managementUrl?: string;
  readonly secrets?: string;
}

export function addTopology(program: Command, run: Define): void {
  const group = program
    .command('topology')
    .description('Exchanges, queues, policies and users on the broker. Needs an administrator of it.');
  define(group, run, 'apply', 'Make on the broker what is missing there; repeating it changes nothing.', {
    examples: [
      'dagctl topology apply --url amqp://admin:…@host/dag --secrets /etc/dag/secrets',
      'dagctl topology apply --member EX01,EX02 --secrets /etc/dag/secrets',
    ],
    options: (command) =>
      withMembers(command)
        .option(
          '--management-url <url>',
          'the management API (default: AMQP_MANAGEMENT_URL, or port 15672 of the broker host)',
        )
        .option(
          '--secrets <dir>',
          'make the broker users, too; DIR gets one file with the URL of each, with a password made once',
        ),
    work: (context, _arguments, options) => apply(context, options),
  });
  define(group, run, 'check', 'Say what is missing on the broker.', {
    examples: ['dagctl topology check --member EX01,EX02'],
    options: withMembers,
    work: (context, _arguments, options) => check(context, options),
  });
  define(
    group,
    run,
    'export',
    'Print it as a RabbitMQ definitions file, for a first set-up; needs no broker. Users come without a password, also those that have one already.',
    {
      examples: ['dagctl topology export --member EX01 > definitions.json'],
      options: withMembers,
      work: async (context, _arguments, options) => {
        const ids = memberIds(options);
        context.surroundings.stdout.write(
          `${JSON.stringify(
            toDefinitions(
              topologyFor(ids),
              usersFor(ids).map((user) => ({ ...user, passwordHash: NO_PASSWORD })),
            ),
            null,
            2,
          )}\n`,
        );
        return ExitCode.done;
      },
    },
  );
}

function withMembers(command: Command): Command {
  return command.option(
    '--member <names>',
    'members whose queues and users belong to it (repeatable, or a comma list)',
    collectList,
  );
}

async function apply(context: CommandContext, options: TopologyOptions): Promise<number> {
  const url = await context.url();
  const vhost = vhostOf(url);
  const managementUrl = managementUrlOf(url, options.managementUrl ?? context.surroundings.env['AMQP_MANAGEMENT_URL']);
  const ids = memberIds(options);
  const topology = topologyFor(ids);
  await createVhost(managementUrl, vhost);
  await applyTopology(url, topology);
  await applyPolicies(managementUrl, vhost, topology.policies);
  const users = options.secrets === undefined ? [] : await usersWithPasswords(usersFor(ids), url, options.secrets);
  await applyUsers(managementUrl, vhost, users);
  const result = {
    vhost,
    exchanges: topology.exchanges.length,
    queues: topology.queues.length,
    bindings: topology.bindings.length,
    policies: topology.policies.length,
    users: users.map(({ user }) => ({ name: user.name, urlFile: urlFileOf(options.secrets ?? '', user.name) })),
  };
  context.result(result, () => {
    const counts = `${result.exchanges} exchanges, ${result.queues} queues, ${result.bindings} bindings, ${result.policies} policies`;
    const made =
      users.length > 0
        ? `${users.length} users; their URLs are in ${options.secrets}`
        : 'no users (give --secrets DIR for them)';
    return `Virtual host ${vhost}: ${counts}, ${made}.`;
  });
  return ExitCode.done;
}

async function check(context: CommandContext, options: TopologyOptions): Promise<number> {
  const missing = await checkTopology(await context.url(), topologyFor(memberIds(options)));
  context.result({ missing }, () =>
    missing.length === 0
      ? 'All exchanges and queues are there.'
      : `Missing:\n${missing.map((thing) => `  ${thing}`).join('\n')}\nMake them with: dagctl topology apply`,
  );
  return missing.length === 0 ? ExitCode.done : ExitCode.failed;
}

function memberIds({ member = [] }: TopologyOptions): readonly string[] {
  const ids = member.map((name) => ({ name, id: memberIdOf(name) }));
  const unusable = ids.filter(({ id }) => id === '');
  if (unusable.length > 0)
    throw new UsageError(
      `--member must name servers; not usable: ${unusable.map(({ name }) => `"${name}"`).join(', ')}`,
    );
  return [...new Set(ids.map(({ id }) => id))];
}

function usersFor(ids: readonly string[]): readonly BrokerUser[] {
  return [...serviceUsers(), ...ids.map(memberUser)];
}

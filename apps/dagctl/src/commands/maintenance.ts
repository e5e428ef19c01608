import { hostname, userInfo } from 'node:os';
import { memberIdOf, ExitCode, type MaintenanceAnswer } from '#contracts';
import type { DagClient } from '#client';
import type { Command } from 'commander';
import type { CommandContext } from '../context.js';
import { parseDuration } from '../input/duration.js';
import { limitChanges } from '../input/limit-changes.js';
import { UsageError } from '../input/usage-error.js';
import { renderLimits } from '../render/maintenance.js';
import { define, type Define } from './define.js';

/** Limits and drains: what people change while runs are under way. */
export function addMaintenance(program: Command, run: Define): void {
  const limits = program.command('limits').description('How many backups may run at once, and where.');
  define(limits, run, 'show', 'The limits in force, what of them is in use, and the drained members.', {
    examples: ['dagctl limits show'],
    work: (context) =>
      context.withClient(async (client) => {
        const view = await client.maintenance();
        context.result(view, () => renderLimits(view, context.look));
        return ExitCode.done;
      }),
  });
  define(limits, run, 'set <CHANGES...>', 'Change limits; they count at once, also for runs under way.', {
    examples: [
      'dagctl limits set site:Site-A=4 member=2 --reason "night shift"',
      'dagctl limits set site:Site-A=configured',
    ],
    options: (command) => command.option('--reason <text>', 'why, for people'),
    work: (context, args, options) => {
      const changes = limitChanges(args);
      const reason = options['reason'] as string | undefined;
      return answered(context, 'changed', (client) =>
        client.changeLimits({ requestedBy: requester(), changes, ...(reason === undefined ? {} : { reason }) }),
      );
    },
  });
  const member = program.command('member').description('Take a member out of service for backups, and back.');
  define(member, run, 'drain <MEMBER>', 'Give a member no new work; what waits there goes elsewhere.', {
    examples: ['dagctl member drain EX03 --reason "patch day" --deadline 2h --stop-running'],
    options: (command) =>
      command
        .requiredOption('--reason <text>', 'why, for people')
        .option('--deadline <time>', 'by when it should be free, like 2h')
        .option('--stop-running', 'stop what still runs at the deadline (without one: at once); it goes on elsewhere'),
    work: (context, [name = ''], options) => drain(context, name, options),
  });
  define(member, run, 'resume <MEMBER>', 'Give a drained member work again.', {
    examples: ['dagctl member resume EX03'],
    work: (context, [name = '']) =>
      answered(context, 'resumed', (client) =>
        client.resumeMember({ requestedBy: requester(), member: memberNamed(name) }),
      ),
  });
}

function drain(context: CommandContext, name: string, options: Readonly<Record<string, unknown>>): Promise<number> {
  const deadline = options['deadline'] as string | undefined;
  const deadlineMs = deadline === undefined ? undefined : parseDuration(deadline);
  if (deadline !== undefined && (deadlineMs === undefined || deadlineMs < 1_000))
    throw new UsageError(`--deadline must be a time from 1s like 2h or 90m, not "${deadline}"`);
  const reason = String(options['reason']).trim();
  if (reason === '') throw new UsageError('--reason must say why');
  return answered(context, 'drained', (client) =>
    client.drainMember({
      requestedBy: requester(),
      member: memberNamed(name),
      reason,
      stopRunning: options['stopRunning'] === true,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    }),
  );
}

async function answered(
  context: CommandContext,
  done: string,
  ask: (client: DagClient) => Promise<MaintenanceAnswer>,
): Promise<number> {
  return context.withClient(async (client) => {
    const answer = await ask(client);
    const notes = answer.notes.map((note) => `  ${answer.accepted ? 'note' : '-'}: ${note}`);
    context.result(answer, () => [answer.accepted ? done : 'refused:', ...notes].join('\n'));
    return answer.accepted ? ExitCode.done : ExitCode.usage;
  });
}

function memberNamed(name: string): string {
  const id = memberIdOf(name);
  if (id === '') throw new UsageError(`"${name}" names no member`);
  return id;
}

function requester(): string {
  return `${userInfo().username}@${hostname()}`;
}

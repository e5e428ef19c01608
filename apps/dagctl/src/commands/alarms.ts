import type { Command } from 'commander';
import { hostname, userInfo } from 'node:os';
import { ExitCode, type AlarmView } from '#contracts';
import type { DagClient } from '#client';
import type { CommandContext } from '../context.js';
import { UsageError } from '../input/usage-error.js';
import { renderAlarms } from '../render/alarms.js';
import { define, type Define } from './define.js';

/** How long `alarms acknowledge` waits for the conductor to take the word. */
const ACKNOWLEDGE_LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 500;

export function addAlarms(program: Command, run: Define): void {
  const group = program.command('alarms').description('What was left to a person, until somebody takes care of it.');
  define(group, run, 'list', 'Every standing alarm, with the commands that put things right.', {
    examples: ['dagctl alarms list'],
    work: (context) =>
      context.withClient(async (client) => {
        const alarms = await client.alarms();
        context.result({ alarms }, () => renderAlarms(alarms, context.look) || 'There is no standing alarm.');
        return alarms.length === 0 ? ExitCode.done : ExitCode.warnings;
      }),
  });
  define(
    group,
    run,
    'acknowledge <ALARM>',
    'Say that you take care of an alarm. ALARM is its id, or the beginning of it.',
    {
      examples: ['dagctl alarms acknowledge 3f2c9a1e --note "copies reseeded by hand"'],
      options: (command) => command.option('--note <text>', 'what was done, for those who read it later'),
      work: (context, [name = ''], options) => acknowledge(context, name, options['note'] as string | undefined),
    },
  );
}

async function acknowledge(context: CommandContext, name: string, note: string | undefined): Promise<number> {
  return context.withClient(async (client) => {
    const { alarmId, databaseName } = pick(name, await client.alarms());
    const requestedBy = `${userInfo().username}@${hostname()}`;
    await client.acknowledge({ alarmId, requestedBy, ...(note === undefined ? {} : { note }) });
    const isTaken = await isGone(client, alarmId);
    context.result({ alarmId, acknowledged: isTaken }, () =>
      isTaken
        ? `The alarm about ${databaseName} is acknowledged.`
        : `The word is on the broker, but no conductor took it within ${ACKNOWLEDGE_LIMIT_MS / 1_000} s; it counts when one starts.`,
    );
    return isTaken ? ExitCode.done : ExitCode.failed;
  });
}

function pick(name: string, alarms: readonly AlarmView[]): AlarmView {
  const fitting = alarms.filter(({ alarmId }) => alarmId === name || alarmId.startsWith(name));
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  const exact = fitting.find(({ alarmId }) => alarmId === name);
  if (exact) return exact;
  const found = fitting.length === 0 ? 'no standing alarm has that id' : `${fitting.length} alarms begin with it`;
  throw new UsageError(`"${name}" names no alarm: ${found}. See them with: dagctl alarms list`);
}

async function isGone(client: DagClient, alarmId: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < ACKNOWLEDGE_LIMIT_MS; waitedMs += LOOK_EVERY_MS) {
    if (!(await client.alarms()).some((alarm) => alarm.alarmId === alarmId)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return false;
}

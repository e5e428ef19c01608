import type { Command } from 'commander';
import type { CommandContext, CommonOptions } from '../context.js';

/** Runs the work of a command and remembers its exit code. */
export type Define = (options: CommonOptions, work: (context: CommandContext) => Promise<number>) => Promise<void>;

export interface CommandDefinition {
  readonly examples: readonly string[];
  readonly options?: (command: Command) => Command;
  /** Resolves to the exit code. */
  readonly work: (
    context: CommandContext,
    args: readonly string[],
    options: Readonly<Record<string, unknown>>,
  ) => Promise<number>;
}

/** Adds a command with what every command has: broker, JSON, debugging, and an example. */
export function define(
  parent: Command,
  run: Define,
  usage: string,
  description: string,
  definition: CommandDefinition,
): Command {
  const command = parent.command(usage).description(description);
  definition.options?.(command);
  command
    .option(
      '--url <url>',
      'the broker, like amqps://user:password@host/vhost (default: AMQP_URL, or the file named by DAG_URL_FILE)',
    )
    .option('--json', 'print the result as JSON on standard output; everything else goes to standard error')
    .option('--debug', 'show stack traces of errors')
    .addHelpText(
      'after',
      `\n${definition.examples.length > 1 ? 'Examples' : 'Example'}:\n${definition.examples.map((text) => `  ${text}`).join('\n')}`,
    )
    .action(async () => {
      const options = command.opts<CommonOptions & Readonly<Record<string, unknown>>>();
      await run(options, (context) => definition.work(context, command.args, options));
    });
  return command;
}

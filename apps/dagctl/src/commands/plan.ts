import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { ExitCode, memberIdOf, type WhatIf } from '#contracts';
import type { CommandContext } from '../context.js';
import { backupRequest, collectList, type BackupOptions } from '../input/backup-options.js';
import { parseDuration } from '../input/duration.js';
import { isOfThisWorld } from '../input/plan-file.js';
import { requestOptions } from '../input/request-options.js';
import { UsageError } from '../input/usage-error.js';
import { renderPlan } from '../render/plan.js';
import { define, type Define } from './define.js';

interface PlanOptions extends BackupOptions {
  readonly withoutMember?: readonly string[];
  readonly grow?: string;
  readonly out?: string;
}

export function addPlan(program: Command, run: Define): void {
  define(program, run, 'plan', 'What a backup would do: who, when, why, how long. Nothing is started; no data moves.', {
    examples: [
      'dagctl plan --dag DAG01',
      'dagctl plan --dag DAG01 --out tonight.json && dagctl backup --plan tonight.json --wait',
      'dagctl plan --without-member EX03 --grow 20% --window 6h',
    ],
    options: (command) =>
      requestOptions(command)
        .option('--without-member <names>', 'as if these servers were gone (repeatable, or a comma list)', collectList)
        .option('--grow <percent>', 'as if every database were so much larger, like 20%')
        .option('--out <file>', 'write the plan into a file, to be carried out with: dagctl backup --plan'),
    work: (context, _arguments, options) => plan(context, options),
  });
}

async function plan(
  context: CommandContext,
  { withoutMember, grow, window, out, ...options }: PlanOptions,
): Promise<number> {
  // A time asks what if; anything else is the window of the request itself.
  const [time, ...periods] = window ?? [];
  const windowMs = time !== undefined && periods.length === 0 ? parseDuration(time) : undefined;
  const request = backupRequest(windowMs === undefined && window !== undefined ? { ...options, window } : options);
  const whatIf = whatIfOf(withoutMember, grow, windowMs);
  return context.withClient(async (client) => {
    const document = await client.plan(whatIf ? { request, whatIf } : { request });
    if (out !== undefined) {
      await writeFile(out, `${JSON.stringify(document, null, 2)}\n`).catch((error: unknown) => {
        throw new UsageError(`the plan cannot be written: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
    context.result(document, () => renderPlan(document, context.look));
    if (out !== undefined && !context.options.json)
      context.say(
        `\nwritten to ${out}; ${isOfThisWorld(whatIf) ? `carry it out with: dagctl backup --plan ${out}` : 'it is for a world that is not, and cannot be carried out'}`,
      );
    return ExitCode.done;
  });
}

function whatIfOf(
  withoutMember: readonly string[] | undefined,
  grow: string | undefined,
  windowMs: number | undefined,
): WhatIf | undefined {
  const growPercent = grow === undefined ? undefined : Number(grow.replace(/%$/, ''));
  if (growPercent !== undefined && !(growPercent >= 0 && growPercent <= 1_000)) {
    throw new UsageError(`--grow must be a percentage from 0% to 1000%, not "${grow}"`);
  }
  if (withoutMember === undefined && growPercent === undefined && windowMs === undefined) return undefined;
  return {
    ...(withoutMember === undefined ? {} : { withoutMembers: withoutMember.map((name) => memberIdOf(name)) }),
    ...(growPercent === undefined ? {} : { growPercent }),
    ...(windowMs === undefined ? {} : { windowMs }),
  };
}

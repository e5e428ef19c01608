import { ExitCode, isFinalRunStatus, type RunView } from '#contracts';
import { createProgressView, type DagClient, type RunReference } from '#client';
import type { CommandContext } from './context.js';
import { untilInterrupted } from './interruption.js';
import { renderRunTasks, summaryFor } from './render/runs.js';

/** Shows a run until it is over. The exit code is the run's, or 130 when the person stopped waiting. */
export async function follow(context: CommandContext, client: DagClient, reference: RunReference): Promise<number> {
  const progress = createProgressView({
    stream: context.stream,
    isTerminal: context.isTerminal,
    colours: context.inColour,
  });
  let last: RunView | undefined;
  try {
    last = await untilInterrupted(async (signal) => {
      let newest: RunView | undefined;
      const onTrouble = (trouble: Error | null): void =>
        progress.note(
          trouble ? `No answer from the conductor (${trouble.message}); asking again.` : 'The conductor answers again.',
        );
      for await (const run of client.watch(reference, { signal, onTrouble })) {
        newest = run;
        progress.update(run);
      }
      return newest;
    });
  } finally {
    progress.end();
  }
  if (last && isFinalRunStatus(last.status)) return concluded(context, client, last);
  context.surroundings.stderr.write(`${stoppedWaiting(reference, last)}\n`);
  return ExitCode.cancelled;
}

async function concluded(context: CommandContext, client: DagClient, run: RunView): Promise<number> {
  const exitCode = run.exitCode ?? ExitCode.failed;
  if (context.options.json) {
    context.result(await client.runWithHistory({ runId: run.runId }), () => '');
    return exitCode;
  }
  context.say(`\n${renderRunTasks(run, context.look)}\n\n${run.reason}`);
  context.say(summaryFor(run, exitCode));
  return exitCode;
}

function stoppedWaiting(reference: RunReference, run: RunView | undefined): string {
  const id = run?.runId ?? ('runId' in reference ? reference.runId : reference.requestId);
  return `Stopped waiting. The run goes on.\n  see it:     dagctl run watch ${id}\n  cancel it:  dagctl run cancel ${id}`;
}

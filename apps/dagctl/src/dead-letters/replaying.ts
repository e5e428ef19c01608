import { ExitCode } from '#contracts';
import { replayOf, type ParkedMessage, type Replay } from '#messaging';
import type { CommandContext } from '../context.js';
import type { DeadLetterOptions, Meant } from '../input/dead-letter-options.js';
import { destinationsOf, renderReplay } from '../render/replays.js';
import { leftText, recordTaken, settle } from './meant.js';

export async function replay(
  context: CommandContext,
  meant: Meant,
  { dryRun = false }: DeadLetterOptions,
): Promise<number> {
  const judge = (message: ParkedMessage): Replay => {
    const found = replayOf(message);
    return meant.kind === 'all' ? unlessToBeNamed(found) : found;
  };
  const looked = await settle(context, meant, ({ messages: held }) =>
    Promise.resolve(
      held.map((message) => {
        const found = judge(message);
        return dryRun || found.kind === 'refused' ? { kind: 'keep' } : found;
      }),
    ),
  );
  const { queue, count, messages } = looked;
  const judged = messages.map((message) => ({ message, found: judge(message) }));
  const replayed = judged.filter(({ found }) => found.kind !== 'refused');
  const refused = judged.filter(({ found }) => found.kind === 'refused');
  context.result(
    {
      queue,
      dryRun,
      replayed: replayed.map(({ message: { id, type }, found }) => ({ id, type, to: destinationsOf(found) })),
      refused: refused.map(({ message: { id, type }, found }) => ({ id, type, why: whyOf(found) })),
      left: count - messages.length,
    },
    () =>
      [
        ...judged.map(({ message, found }) => renderReplay(message, found, dryRun)),
        ...leftText(meant, looked, dryRun ? messages.length : refused.length),
        ...(replayed.length > 0 && !dryRun ? ['What fails again is parked again: dagctl dead-letters list'] : []),
      ].join('\n'),
  );
  const taken = dryRun ? [] : replayed.map(({ message }) => message);
  await recordTaken(context, 'replay', queue, taken);
  if (refused.length === 0) return ExitCode.done;
  return replayed.length === 0 ? ExitCode.failed : ExitCode.skippedByPolicy;
}

function unlessToBeNamed(found: Replay): Replay {
  return found.kind === 'refused' || found.onlyById === null
    ? found
    : { kind: 'refused', why: `${found.onlyById}; to replay it all the same, give its id` };
}

function whyOf(found: Replay): string {
  return found.kind === 'refused' ? found.why : '';
}

import { ExitCode } from '#contracts';
import { replayOf, type ParkedMessage, type Replay, type Settlement } from '#messaging';
import type { CommandContext } from '../context.js';
import type { DeadLetterOptions, Meant } from '../input/dead-letter-options.js';
import { leftText, settle } from './meant.js';

interface Judged {
  readonly message: ParkedMessage;
  readonly replay: Replay;
}

export async function replay(
  context: CommandContext,
  meant: Meant,
  { dryRun = false }: DeadLetterOptions,
): Promise<number> {
  const judge = (message: ParkedMessage): Judged => {
    const found = replayOf(message);
    const isLeftOut = meant.kind === 'all' && found.kind !== 'refused' && found.onlyById !== null;
    return { message, replay: isLeftOut ? { kind: 'refused', why: `${found.onlyById}: name it by its id` } : found };
  };
  const { queue, count, messages } = await settle(context, meant, ({ messages: held }) =>
    Promise.resolve(held.map((message) => (dryRun ? { kind: 'keep' } : settlementOf(judge(message).replay)))),
  );
  const judged = messages.map(judge);
  const left = count - messages.length;
  const replayed = judged.filter((each) => each.replay.kind !== 'refused');
  const refused = judged.filter((each) => each.replay.kind === 'refused');
  context.result(
    {
      queue,
      dryRun,
      replayed: replayed.map(({ message, replay: how }) => ({
        id: message.id,
        type: message.type,
        ...destinationOf(how),
      })),
      refused: refused.map(({ message, replay: how }) => ({
        id: message.id,
        type: message.type,
        why: how.kind === 'refused' ? how.why : '',
      })),
      left,
    },
    () =>
      [
        ...judged.map((each) => renderReplay(each, dryRun)),
        ...leftText(meant, queue, left, messages.length),
        ...(replayed.length > 0 && !dryRun ? ['What fails again is parked again: dagctl dead-letters list'] : []),
      ].join('\n'),
  );
  if (refused.length === 0) return ExitCode.done;
  return replayed.length === 0 ? ExitCode.failed : ExitCode.skippedByPolicy;
}

function settlementOf(found: Replay): Settlement {
  return found.kind === 'refused' ? { kind: 'keep' } : found;
}

function destinationOf(found: Replay): { readonly to: readonly string[] } {
  switch (found.kind) {
    case 'giveBack':
      return { to: [found.to] };
    case 'publish':
      return { to: found.bindings.map(({ queue }) => queue) };
    case 'refused':
      return { to: [] };
    default: {
      const unknown: never = found;
      throw new Error(`unknown replay ${JSON.stringify(unknown)}`);
    }
  }
}

function renderReplay({ message: { id, type, queue }, replay: found }: Judged, dryRun: boolean): string {
  const name = `${id} (${type ?? 'of no known type'})`;
  switch (found.kind) {
    case 'giveBack':
      return `${name} ${dryRun ? 'would go' : 'went'} back to ${found.to}`;
    case 'publish': {
      const place = `${found.exchange} with key "${found.routingKey}", for ${destinationOf(found).to.join(', ')}`;
      return `${name} ${dryRun ? 'would be' : 'was'} published again to ${place}`;
    }
    case 'refused':
      return `${name} stays in ${queue}: ${found.why}. To take it off: dagctl dead-letters discard ${id}`;
    default: {
      const unknown: never = found;
      throw new Error(`unknown replay ${JSON.stringify(unknown)}`);
    }
  }
}

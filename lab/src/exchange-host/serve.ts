import type { HostEvent, HostResponse } from '#contracts';
import type { WorldStore } from '../world/store.js';
import { MoveEvents } from './events.js';
import { LINE_MAX_CHARS, LineCutter } from './lines.js';
import { answerLine } from './requests.js';

const EVENT_POLL_MS = 250;

/** Speaks the protocol until its input ends or nobody reads its output any more; then closes the store. */
export function serve(
  store: WorldStore,
  memberName: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  errors: NodeJS.WritableStream,
): void {
  const write = (message: HostResponse | HostEvent): void => void output.write(`${JSON.stringify(message)}\n`);
  const complain = (problem: string): void => void errors.write(`exchange-host: ${problem}\n`);
  const cutter = new LineCutter(
    (line) => {
      const answer = answerLine(store, memberName, line);
      if (answer.kind === 'response') write(answer.response);
      else complain(`the line "${line.slice(0, 100)}" was dropped: ${answer.problem}`);
    },
    () => complain(`a line of more than ${LINE_MAX_CHARS} characters was dropped`),
  );
  const events = new MoveEvents(store, memberName);
  const timer = setInterval(() => {
    try {
      events.next().forEach(write);
    } catch (error) {
      complain(`the moves could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }, EVENT_POLL_MS);
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    clearInterval(timer);
    input.removeAllListeners('data');
    store.close();
  };
  input.setEncoding('utf8');
  input.on('data', (text: string) => cutter.push(text));
  input.on('end', end);
  input.on('error', end);
  output.on('error', () => {
    end();
    input.pause();
  });
}

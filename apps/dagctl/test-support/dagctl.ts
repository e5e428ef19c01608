import { PassThrough } from 'node:stream';
import type { FailureError, MessageContract } from '#contracts';
import { DagClient } from '#client';
import type { BrokerInspection, SeenThing } from '#messaging';
import { FakePacing, failed } from '../../../libs/client/test/fixtures.js';
import { runCommandLine } from '../src/command-line.js';

type Answer = object | FailureError;

export interface Scene {
  /** Answers by message type, given in order; the last one again and again. */
  readonly answers?: Readonly<Record<string, readonly Answer[]>>;
  readonly env?: NodeJS.ProcessEnv;
  /** What a look at the broker shows; whatever else is asked for is there, and consumed. */
  readonly inspection?: BrokerInspection | FailureError;
  /** Why no connection can be made. */
  readonly unreachable?: FailureError;
}

/** Runs a command line with a client whose broker answers from a list. */
export async function dagctl(line: string | readonly string[], scene: Scene = {}) {
  const sent: { readonly type: string; readonly data: object }[] = [];
  const asked: { readonly type: string; readonly data: object }[] = [];
  const urls: string[] = [];
  const turns = new Map<string, number>();
  const query = async (contract: MessageContract, _route: unknown, data: object): Promise<object> => {
    asked.push({ type: contract.type, data: { ...data } });
    const list = scene.answers?.[contract.type] ?? [];
    const turn = turns.get(contract.type) ?? 0;
    turns.set(contract.type, turn + 1);
    const answer = list[Math.min(turn, list.length - 1)];
    if (answer === undefined || answer instanceof Error) throw answer ?? failed('query.timeout', true);
    return answer;
  };
  const publish = async (contract: MessageContract, _route: unknown, data: object): Promise<'routed'> => {
    sent.push({ type: contract.type, data: { ...data } });
    return 'routed';
  };
  type Named = readonly { readonly name: string }[];
  const inspect = async ({ exchanges = [], queues = [] }: { readonly exchanges?: Named; readonly queues?: Named }) => {
    const { inspection } = scene;
    if (inspection === undefined || inspection instanceof Error)
      throw inspection ?? failed('broker.not-inspected', true);
    const { things } = inspection;
    const there = (kind: SeenThing['kind'], load: SeenThing['load']) => (asked: { readonly name: string }) =>
      things.find((thing) => thing.kind === kind && thing.name === asked.name) ??
      ({ kind, name: asked.name, state: 'there', load } as const);
    return {
      ...inspection,
      things: [...exchanges.map(there('exchange', null)), ...queues.map(there('queue', { messages: 0, consumers: 1 }))],
    };
  };
  const connection = {
    publisher: { publish, send: publish },
    queries: { query },
    inspect,
    close: async () => undefined,
  };
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const exitCode = await runCommandLine(
    typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line,
    {
      env: scene.env ?? { AMQP_URL: 'amqp://broker/dag' },
      stdout,
      stderr,
      connect: async (url) => {
        urls.push(url);
        if (scene.unreachable) throw scene.unreachable;
        return new DagClient(connection as unknown as ConstructorParameters<typeof DagClient>[0], new FakePacing());
      },
    },
  );
  return { exitCode, sent, asked, urls, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

import { MANY_DAGS, NO_DAG, RunFacts, type RunFact } from '#contracts';
import { toOutgoing, type OutgoingMessage } from '#messaging';
import { iso } from '../domain/views.js';
import type { World } from '../domain/world.js';

/** What messages about a run of either kind need of it. */
export interface ToldRun {
  readonly runId: string;
  readonly requestId: string;
  readonly exitCode: number | null;
  readonly order: { readonly dags: readonly string[] };
}

/** What the world is told of one event, in words. */
export interface Told {
  readonly text: string;
  readonly fact: keyof typeof RunFacts;
  readonly databaseGuid?: string;
  readonly databaseName?: string;
  readonly member?: string;
  readonly attempt?: number;
}

/** Where an event has its place, and who tells of it. */
export interface EventPlace {
  readonly atMs: number;
  readonly sequence: number;
  readonly source: string;
}

export function runFactOf(told: Told, run: ToldRun, place: EventPlace, world: World): OutgoingMessage {
  const { text, fact: name, databaseGuid, databaseName, member, attempt } = told;
  const fact: RunFact = {
    runId: run.runId,
    requestId: run.requestId,
    sequence: place.sequence,
    at: iso(place.atMs),
    text: text.slice(0, 4_000),
    ...(databaseGuid ? { databaseGuid } : {}),
    ...(databaseName ? { databaseName } : {}),
    ...(member ? { member } : {}),
    ...(attempt ? { attempt } : {}),
    ...(run.exitCode === null ? {} : { exitCode: run.exitCode }),
  };
  const { id, ...meta } = eventMeta(run, place, databaseName ?? run.runId);
  return toOutgoing(RunFacts[name], { dag: dagOf(run, databaseGuid, world) }, fact, { ...meta, id: `${id}.fact` });
}

/** The id follows from the event's place in its run's history, so a resend is the same message. */
export function eventMeta({ runId }: Pick<ToldRun, 'runId'>, { atMs, sequence, source }: EventPlace, subject: string) {
  return { id: `${runId}.${sequence}`, source, time: iso(atMs), subject, correlationId: runId };
}

export function dagOf({ order }: Pick<ToldRun, 'order'>, databaseGuid: string | undefined, world: World): string {
  if (databaseGuid) return world.databases.get(databaseGuid)?.dag ?? NO_DAG;
  const [only, ...others] = order.dags;
  return only !== undefined && others.length === 0 ? only : MANY_DAGS;
}

import { randomUUID } from 'node:crypto';
import type { DagClient } from '#client';
import type { RunView } from '#contracts';
import type { Say } from '../broker/index.js';
import { verifyRun } from '../demo/verification.js';
import { messageOf, pause, type Lab } from '../supervisor/index.js';
import { worldStatus } from '../world/index.js';
import { Killer, type DoneKill } from './killer.js';
import { planKills } from './plan.js';
import { problemsOfRun } from './verdict.js';

/** A run that is not over by then counts as hanging. */
const RUN_WITHIN_MS = 5 * 60_000;
/** A request is sent again until then: the broker may be down when it is made. */
const REQUEST_WITHIN_MS = 60_000;
const REQUEST_AGAIN_MS = 500;
/** How long a request may wait in the broker for a conductor that is down. */
const APPEAR_WITHIN_MS = 2 * 60_000;
const WATCH_POLL_MS = 300;

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly say: Say;
  readonly signal: AbortSignal;
}

export interface ChaosResult {
  readonly seed: number;
  readonly kills: readonly DoneKill[];
  /** One after the other for as long as there was something to kill. */
  readonly runs: readonly RunView[];
  /** Stored backups compared byte for byte. */
  readonly checked: number;
  /** In words; empty means that nothing was lost and nothing ran twice. */
  readonly problems: readonly string[];
  readonly durationMs: number;
}

/** Everything that may be killed: every service, and the broker where it is a process of the lab's own. */
export function chaosTargets(lab: Lab): readonly string[] {
  const services = lab
    .status()
    .map(({ name }) => name as string)
    // The engine stands in for Exchange and Windows, which the product does not have to survive.
    .filter((name) => name !== 'engine');
  return lab.broker?.kind === 'private' ? [...services, 'broker'] : services;
}

/** Backs everything up, again and again, while processes are killed by plan; then looks at what came of it. */
export async function runChaos(lab: Lab, client: DagClient, options: ChaosOptions): Promise<ChaosResult> {
  const { kills, seed, say } = options;
  const startedMs = performance.now();
  const aborter = new AbortController();
  const signal = AbortSignal.any([options.signal, aborter.signal]);
  const killer = new Killer(lab, say, signal);
  let isStriking = true;
  const striking = killer.carryOut(planKills({ kills, seed, targets: chaosTargets(lab) })).finally(() => {
    isStriking = false;
  });
  // Its failure is thrown where it is awaited, below; until then it must not count as unhandled.
  striking.catch(() => undefined);
  const runs: RunView[] = [];
  try {
    do {
      const run = await oneRun(client, signal);
      say(`Run ${runs.length + 1} ${run.status}: ${run.reason}`);
      runs.push(run);
    } while (isStriking);
    await striking;
  } finally {
    aborter.abort();
    await striking.catch(() => undefined);
  }
  options.signal.throwIfAborted();
  const { checked, problems } = await judge(lab, runs);
  return {
    seed,
    kills: killer.kills,
    runs,
    checked,
    problems: [...killer.problems, ...stoppedServices(lab), ...problems],
    durationMs: Math.round(performance.now() - startedMs),
  };
}

async function oneRun(client: DagClient, signal: AbortSignal): Promise<RunView> {
  const requestId = randomUUID();
  await request(client, requestId, signal);
  const run = await client.waitForRun(requestId, {
    signal,
    timeoutMs: RUN_WITHIN_MS,
    appearLimitMs: APPEAR_WITHIN_MS,
    pollMs: WATCH_POLL_MS,
  });
  return run;
}

/** The same id at every try, so that two tries that both arrived are one run. */
async function request(client: DagClient, requestId: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + REQUEST_WITHIN_MS;
  for (;;) {
    signal.throwIfAborted();
    try {
      await client.backup({ requestId, backupType: 'full', requestedBy: 'chaos' });
      return;
    } catch (error) {
      if (performance.now() > deadline) {
        const reason = messageOf(error);
        throw new Error(`the request ${requestId} could not be sent within ${REQUEST_WITHIN_MS / 1_000} s: ${reason}`, {
          cause: error,
        });
      }
    }
    await pause(REQUEST_AGAIN_MS, signal);
  }
}

async function judge(
  lab: Lab,
  runs: readonly RunView[],
): Promise<{ readonly checked: number; readonly problems: readonly string[] }> {
  const databases = worldStatus(lab.directory).databases.map(({ name }) => name);
  const problems = new Set<string>();
  let checked = 0;
  for (const run of runs) {
    for (const problem of problemsOfRun(run, databases)) problems.add(problem);
    const verification = await verifyRun(lab.directory, run);
    for (const failure of verification.failures) problems.add(failure);
    checked = verification.checked;
  }
  return { checked, problems: [...problems] };
}

function stoppedServices(lab: Lab): readonly string[] {
  return lab
    .status()
    .filter(({ state }) => state !== 'running')
    .map(({ name, state }) => `${name} is ${state} at the end`);
}

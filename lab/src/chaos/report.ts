import type { ChaosResult } from './chaos.js';

/** What `--json` writes: figures, and every problem in words. */
export function reportOf({ seed, kills, runs, checked, problems, durationMs }: ChaosResult) {
  return {
    seed,
    durationMs,
    kills,
    killsByTarget: countBy(kills.map(({ target }) => target)),
    runs: runs.map((run) => ({
      runId: run.runId,
      status: run.status,
      exitCode: run.exitCode,
      tasks: countBy(run.tasks.map(({ status }) => status)),
      attempts: run.tasks.reduce((sum, { attempts }) => sum + attempts.length, 0),
      agentsLost: run.counters.agentsLost,
    })),
    storedBackupsChecked: checked,
    problems,
  };
}

/** The end of a chaos run on the screen. */
export function summaryOf(result: ChaosResult): string {
  const { kills, runs, storedBackupsChecked, problems, durationMs } = reportOf(result);
  const ended = countBy(result.runs.flatMap((run) => run.tasks.map(({ status }) => status)));
  const attempts = runs.reduce((sum, run) => sum + run.attempts, 0);
  const lines = [
    ...problems.map((problem) => `PROBLEM: ${problem}`),
    `${kills.length} kills in ${runs.length} runs and ${Math.round(durationMs / 1_000)} s (seed ${result.seed}): ${inWords(countBy(kills.map(({ target }) => target)))}.`,
    `Databases ended: ${inWords(ended)}, in ${attempts} attempts; ${storedBackupsChecked} stored backups compared byte for byte.`,
    problems.length === 0
      ? 'Nothing was lost, and nothing ran twice.'
      : `${problems.length} problems; the same seed makes the same plan of kills.`,
  ];
  return lines.join('\n');
}

function countBy(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function inWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
}

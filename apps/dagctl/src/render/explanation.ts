import { displayName, type Decision, type Explanation, type ReplayView } from '#contracts';
import { clockOf } from '#client';
import { table, type TableOptions } from './table.js';

export function renderExplanation(explanation: Explanation, options: TableOptions): string {
  if (explanation.decisions.length === 0) return 'Nothing was decided yet, or no such database is in the run.';
  const decisions = explanation.decisions.map((decision) => renderDecision(decision, options));
  return [...decisions, ...renderReplays(explanation, options)].join('\n\n');
}

/** What was made again: each decision, and the plan as a whole. */
export function replaysOf({ decisions, plan }: Explanation): readonly ReplayView[] {
  return [...decisions, { replay: plan }].flatMap(({ replay }) => replay ?? []);
}

function renderDecision(decision: Decision, options: TableOptions): string {
  const head = `${options.colours.bold(decision.databaseName)}  ${clockOf(decision.at)}  ${decision.summary}`;
  const rows = decision.candidates.map((candidate) => [
    `  ${displayName(candidate.member)}`,
    candidate.chosen
      ? options.colours.green('chosen')
      : candidate.eligible
        ? 'eligible'
        : (candidate.rule ?? 'not eligible'),
    candidate.score ? `${candidate.score.tier}` : '',
    candidate.score ? minutesOf(candidate.score.startInMs) : '',
    candidate.score ? minutesOf(candidate.score.durationMs) : '',
    candidate.reason,
  ]);
  const header = ['  member', 'verdict', 'tier', 'after', 'takes', 'because'];
  return [
    head,
    ...(rows.length === 0 ? [] : [table(header, rows, options)]),
    ...(decision.replay ? renderReplay('made again', decision.replay, options) : []),
  ].join('\n');
}

function renderReplay(
  what: string,
  { outcome, differences }: ReplayView,
  { colours }: TableOptions,
): readonly string[] {
  switch (outcome) {
    case 'same':
      return [`  ${what}: ${colours.green('the same')}`];
    case 'different':
      return [
        `  ${what}: ${colours.red('it comes out differently')}`,
        ...differences.map((difference) => `    ${difference}`),
      ];
    case 'notStored':
      return [`  ${what}: ${colours.yellow('not possible, what it was made from was not stored then')}`];
    default: {
      const unknown: never = outcome;
      throw new Error(`unknown outcome ${String(unknown)}`);
    }
  }
}

/** The last line has fixed words in a fixed order, for scripts. Nothing where nothing was made again. */
function renderReplays(explanation: Explanation, options: TableOptions): readonly string[] {
  const replays = replaysOf(explanation);
  if (replays.length === 0) return [];
  const count = (outcome: ReplayView['outcome']): number => replays.filter((each) => each.outcome === outcome).length;
  const whole = explanation.plan ? renderReplay('the plan as a whole, made again', explanation.plan, options) : [];
  return [
    [...whole, `same=${count('same')} different=${count('different')} notStored=${count('notStored')}`].join('\n'),
  ];
}

function minutesOf(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}

import type { Assignment, AssignmentProblem } from '../../../apps/conductor/src/planning/assignment/index.js';

/** One backup that the plan, or the moment before it, has running on a member. */
interface Span {
  readonly member: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Times are sums of many times: what is less apart than this is the same moment. */
const ROUNDING_MS = 1e-3;

/** Whatever is wrong with a plan. Knows only the question and the answer: nothing of this is the planner's own code. */
export function violationsOf(problem: AssignmentProblem, plan: Assignment): readonly string[] {
  const spans: Span[] = [...plan.placed.values()];
  const before = problem.members.flatMap(({ id, streamsFreeAtMs }) =>
    streamsFreeAtMs.filter((endMs) => endMs > 0).map((endMs) => ({ member: id, startMs: 0, endMs })),
  );
  return [
    ...jobViolations(problem, plan),
    ...groupViolations(problem, plan),
    ...problem.members.flatMap(({ id, streamsFreeAtMs, startGapMs }) => [
      ...tooMany(`member ${id}`, spans, before, (member) => member === id, streamsFreeAtMs.length),
      ...gapViolations(id, spans, startGapMs ?? 0),
    ]),
    ...(problem.limits ?? []).flatMap(({ name, streams, members }) =>
      tooMany(name, spans, before, (member) => members.includes(member), streams),
    ),
    ...(plan.boundMs > plan.finishMs + ROUNDING_MS
      ? [`the bound ${plan.boundMs} is after the finish ${plan.finishMs}`]
      : []),
  ];
}

function jobViolations({ jobs }: AssignmentProblem, plan: Assignment): readonly string[] {
  const left = new Set(plan.unplaced.map(({ job }) => job));
  return jobs.flatMap(({ id, options }) => {
    const placed = plan.placed.get(id);
    if (!placed) return left.has(id) ? [] : [`${id} is neither placed nor said to be left`];
    const option = options.find(({ member }) => member === placed.member);
    if (left.has(id)) return [`${id} is placed and said to be left`];
    if (!option) return [`${id} is on ${placed.member}, which is not eligible`];
    const isLong = Math.abs(placed.endMs - placed.startMs - option.durationMs) <= ROUNDING_MS;
    return isLong && placed.startMs >= 0 && placed.endMs <= plan.finishMs + ROUNDING_MS
      ? []
      : [`${id} has impossible times`];
  });
}

function groupViolations({ jobs }: AssignmentProblem, plan: Assignment): readonly string[] {
  const groups = new Map<string, Span[]>();
  for (const { id, group } of jobs) {
    const placed = plan.placed.get(id);
    if (group !== undefined && placed) groups.set(group, [...(groups.get(group) ?? []), placed]);
  }
  return [...groups].flatMap(([group, spans]) => [
    ...(new Set(spans.map(({ member }) => member)).size < spans.length ? [`group ${group} meets on a member`] : []),
    ...tooMany(`group ${group}`, spans, [], () => true, 1),
  ]);
}

/** What runs from before is no decision of the plan: it may be above the limit, and then nothing may join it. */
function tooMany(
  what: string,
  spans: readonly Span[],
  before: readonly Span[],
  isWithin: (member: string) => boolean,
  limit: number,
): readonly string[] {
  const planned = spans.filter(({ member }) => isWithin(member)).toSorted((a, b) => a.startMs - b.startMs);
  const all = [...before.filter(({ member }) => isWithin(member)), ...planned];
  const crowded = planned.find(({ startMs, endMs }) => {
    const atOnce = all.filter((span) => span.startMs <= startMs + ROUNDING_MS && span.endMs > startMs + ROUNDING_MS);
    return endMs > startMs + ROUNDING_MS && atOnce.length > limit;
  });
  return crowded ? [`${what} allows ${limit} at once, and more run at ${crowded.startMs}`] : [];
}

function gapViolations(id: string, spans: readonly Span[], gapMs: number): readonly string[] {
  const starts = spans
    .filter(({ member }) => member === id)
    .map(({ startMs }) => startMs)
    .toSorted((a, b) => a - b);
  const isClose = starts.some((startMs, index) => index > 0 && startMs - starts[index - 1] < gapMs - ROUNDING_MS);
  return isClose ? [`member ${id} starts two closer together than ${gapMs} ms`] : [];
}

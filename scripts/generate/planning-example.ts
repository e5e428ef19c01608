import {
  assign,
  DEFAULT_EFFORT,
  type Assignment,
  type AssignmentProblem,
} from '../../apps/conductor/src/planning/assignment/index.js';

/** The worked example of docs/planning.md: what each member moves in a second, and each database with its copies. */
const MEMBERS: Readonly<Record<string, number>> = { EX01: 250, EX02: 200, EX03: 150 };
const DATABASES: readonly (readonly [name: string, gigabytes: number, copies: readonly string[]])[] = [
  ['DB1', 120, ['EX01', 'EX02']],
  ['DB2', 720, ['EX02', 'EX03']],
  ['DB3', 840, ['EX01', 'EX03']],
  ['DB4', 840, ['EX01', 'EX02']],
  ['DB5', 540, ['EX02', 'EX03']],
  ['DB6', 780, ['EX01', 'EX03']],
  ['DB7', 660, ['EX01', 'EX02']],
  ['DB8', 660, ['EX02', 'EX03']],
  ['DB9', 600, ['EX01', 'EX03']],
];
const MS_PER_GIGABYTE_AT_1_MB_PER_S = 1_000_000;
const NO_SEARCH = { ...DEFAULT_EFFORT, stepsMax: 0 };

export function exampleProblem(): AssignmentProblem {
  return {
    members: Object.keys(MEMBERS).map((id) => ({ id, streamsFreeAtMs: [0] })),
    jobs: DATABASES.map(([id, gigabytes, copies]) => ({
      id,
      options: copies.map((member) => ({
        member,
        durationMs: (gigabytes * MS_PER_GIGABYTE_AT_1_MB_PER_S) / MEMBERS[member],
      })),
    })),
  };
}

const MINUTE_MS = 60_000;
const PIXELS_PER_MINUTE = 3.2;
const LEFT = 60;
const ROW = 34;
const BAR = 26;
const WIDTH = 720;

/** The example as a picture: the greedy plan above, the plan below, and the line that no plan gets before. */
export function examplePicture(): string {
  const problem = exampleProblem();
  const charts = [
    chart('Longest first, each to where it ends earliest', assign(problem, NO_SEARCH), 30),
    chart('The plan', assign(problem), 190),
  ];
  const style =
    'text{font:13px sans-serif;fill:#222}.bar{fill:#9ec5e8;stroke:#fff}.bound{stroke:#c0392b;stroke-dasharray:5 3}';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} 340" role="img" aria-label="Two plans for nine databases on three members">`,
    `<style>${style}</style>`,
    `<rect width="${WIDTH}" height="340" fill="#fff"/>`,
    ...charts,
    '</svg>',
    '',
  ].join('\n');
}

function chart(title: string, plan: Assignment, top: number): string {
  const x = (ms: number): number => LEFT + Math.round((ms / MINUTE_MS) * PIXELS_PER_MINUTE);
  const finish = Math.round(plan.finishMs / MINUTE_MS);
  const bound = Math.round(plan.boundMs / MINUTE_MS);
  const rows = [...plan.queues].flatMap(([member, queue], row) => {
    const y = top + 12 + row * ROW;
    const bars = queue.flatMap((job) => {
      const placed = plan.placed.get(job);
      if (!placed) return [];
      const from = x(placed.startMs);
      const to = x(placed.endMs);
      return [
        `<rect class="bar" x="${from}" y="${y}" width="${to - from}" height="${BAR}"/>`,
        `<text x="${(from + to) / 2}" y="${y + 17}" text-anchor="middle">${job}</text>`,
      ];
    });
    return [`<text x="10" y="${y + 17}">${member}</text>`, ...bars];
  });
  const line = x(plan.boundMs);
  const end = top + 12 + plan.queues.size * ROW;
  return [
    `<text x="10" y="${top}" font-weight="bold">${title}: ${finish} min</text>`,
    ...rows,
    `<line class="bound" x1="${line}" x2="${line}" y1="${top + 4}" y2="${end}"/>`,
    `<text x="${line + 4}" y="${end + 2}">no plan before ${bound} min</text>`,
  ].join('\n');
}

import type { LiveCopy, LiveDatabase, LiveMember, Overview } from './overview.js';
import { problemsOf } from './problems.js';

/** What a matrix of databases and members shows: the columns of one DAG, or of those outside any. */
export interface MatrixGroup {
  readonly key: string;
  readonly title: string;
  readonly members: readonly LiveMember[];
  readonly rows: readonly MatrixRow[];
}

export interface MatrixRow {
  readonly database: LiveDatabase;
  /** In the order of the group's members; null where a member holds no copy. */
  readonly cells: readonly (LiveCopy | null)[];
  readonly problems: readonly string[];
}

export interface MatrixFilter {
  readonly text: string;
  readonly dag: string | null;
  readonly onlyProblems: boolean;
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** One group for each DAG, and one for what is no DAG's: stand-alone, public folder and recovery databases. */
export function matrixOf(overview: Overview, filter: MatrixFilter): readonly MatrixGroup[] {
  const dags = overview.dags.filter(({ id }) => filter.dag === null || id === filter.dag);
  const ofDags = dags.map((dag) =>
    groupOf(overview, filter, {
      key: dag.id,
      title: dag.name,
      holds: (database) => database.kind === 'dag' && database.dag === dag.id,
      isColumn: (member) => member.dag === dag.id,
    }),
  );
  const ofNone = groupOf(overview, filter, {
    key: 'none',
    title: 'Stand-alone and public folder databases',
    holds: (database) => database.kind !== 'dag' && (filter.dag === null || database.dag === filter.dag),
    isColumn: () => true,
  });
  return [...ofDags, narrowed(ofNone)].filter(
    ({ rows, members }) => rows.length > 0 || (members.length > 0 && !isFiltered(filter)),
  );
}

interface GroupRule {
  readonly key: string;
  readonly title: string;
  holds(database: LiveDatabase): boolean;
  isColumn(member: LiveMember): boolean;
}

function groupOf(overview: Overview, filter: MatrixFilter, rule: GroupRule): MatrixGroup {
  const members = overview.members
    .filter((member) => rule.isColumn(member))
    .toSorted((a, b) => byName.compare(a.name, b.name));
  const rows = overview.databases
    .filter((database) => rule.holds(database))
    .map((database) => ({
      database,
      cells: members.map(({ id }) => database.copies.find((copy) => copy.member === id) ?? null),
      problems: problemsOf(database, overview.members),
    }))
    .filter((row) => fits(row, filter))
    .toSorted((a, b) => byName.compare(a.database.name, b.database.name));
  return { key: rule.key, title: rule.title, members, rows };
}

/** Only the members that hold something: a group outside the DAGs would otherwise have a column for every server there is. */
function narrowed(group: MatrixGroup): MatrixGroup {
  const used = group.members.map((_, index) => group.rows.some((row) => row.cells[index] !== null));
  return {
    ...group,
    members: group.members.filter((_, index) => used[index]),
    rows: group.rows.map((row) => ({ ...row, cells: row.cells.filter((_, index) => used[index]) })),
  };
}

function fits(row: MatrixRow, filter: MatrixFilter): boolean {
  if (filter.onlyProblems && row.problems.length === 0) return false;
  return row.database.name.toLowerCase().includes(filter.text.trim().toLowerCase());
}

function isFiltered({ text, onlyProblems }: MatrixFilter): boolean {
  return onlyProblems || text.trim() !== '';
}

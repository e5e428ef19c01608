import { displayName, isFinalRunStatus, type AlarmView, type InventorySnapshot, type RunSummary } from '#contracts';
import { problemsOf } from '#client';
import { renderAlarms } from './alarms.js';
import { renderRuns } from './runs.js';
import { table, type TableOptions } from './table.js';

/** What answered, and what it said. A part that did not answer says why. */
export interface StatusReport {
  readonly inventory: InventorySnapshot | { readonly failure: string };
  /** Standing ones; empty also where the conductor does not answer, which shows below. */
  readonly alarms: readonly AlarmView[];
  readonly conductor: { readonly runs: readonly RunSummary[] } | { readonly failure: string };
}

/** Ended runs shown below the ones at work. */
const ENDED_SHOWN = 3;

export function renderStatus(report: StatusReport, options: TableOptions): string {
  const { colours } = options;
  const absent = (name: string, failure: string): string => colours.red(`${name} does not answer: ${failure}`);
  const inventory =
    'failure' in report.inventory
      ? absent('inventory', report.inventory.failure)
      : inventoryPart(report.inventory, options);
  const conductor =
    'failure' in report.conductor
      ? absent('conductor', report.conductor.failure)
      : runsPart(report.conductor.runs, options);
  const alarms = renderAlarms(report.alarms, options);
  return [...(alarms === '' ? [] : [alarms]), inventory, conductor].join('\n\n');
}

function inventoryPart(snapshot: InventorySnapshot, options: TableOptions): string {
  const names = [
    ...snapshot.dags.map(({ id, name }) => ({ id: id as string | null, name })),
    { id: null, name: '(no DAG)' },
  ];
  const rows = names.flatMap(({ id, name }) => {
    const members = snapshot.members.filter(({ dag }) => dag === id);
    const databases = snapshot.databases.filter(({ dag }) => dag === id);
    if (members.length === 0 && databases.length === 0) return [];
    const alive = members.filter(({ agent }) => agent.state === 'alive').length;
    const clients = members.filter(({ client }) => client.installed === true).length;
    const ill = databases.filter((database) => problemsOf(database, snapshot.members).length > 0).length;
    return [[name, String(members.length), String(alive), String(clients), String(databases.length), String(ill)]];
  });
  const missing =
    snapshot.missingMembers.length > 0
      ? `\n${options.colours.yellow(`did not answer: ${snapshot.missingMembers.map(displayName).join(', ')}`)}`
      : '';
  if (rows.length === 0) return 'The inventory knows nothing yet: no agent has reported.';
  const headers = ['dag', 'members', 'agents alive', 'with client', 'databases', 'with problems'];
  const hint = rows.some((row) => row.at(-1) !== '0') ? '\nSee the problems with: dagctl databases --problems' : '';
  return table(headers, rows, options) + hint + missing;
}

function runsPart(runs: readonly RunSummary[], options: TableOptions): string {
  const atWork = runs.filter(({ status }) => !isFinalRunStatus(status));
  const ended = runs.filter(({ status }) => isFinalRunStatus(status)).slice(0, ENDED_SHOWN);
  return renderRuns([...atWork, ...ended], options);
}

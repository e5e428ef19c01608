import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DagClient, createProgressView } from '#client';
import { isFinalRunStatus, type FailureError, type InventorySnapshot, type RunView } from '#contracts';
import { formatBytes } from '../cli/quantities.js';
import { Lab, pause } from '../supervisor/index.js';
import { createWorld } from '../world/index.js';
import { FaultInjector } from './faults.js';
import type { DemoOptions } from './options.js';
import { buildReport, failedReport, renderReport, type DemoReport } from './report.js';
import { verifyRun } from './verification.js';

/** How long all agents may take to be seen by the inventory. */
const INVENTORY_WITHIN_MS = 30_000;
const INVENTORY_POLL_MS = 300;
const WATCH_POLL_MS = 300;
/** A run that is not over by then is given up; the conductor's own limits are well below. */
const RUN_WITHIN_MS = 20 * 60_000;

export interface Terminal {
  readonly stream: NodeJS.WriteStream;
  readonly isTerminal: boolean;
  readonly colours: boolean;
}

/** The whole demonstration; answers its exit code. Whatever happens, what it started is stopped, unless it is to be kept. */
export async function runDemo(options: DemoOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const startedMs = performance.now();
  const say = (line: string): void => void terminal.stream.write(`${line}\n`);
  const directory = mkdtempSync(join(tmpdir(), 'dag-demo-'));
  let report = failedReport(0);
  let finished = false;
  try {
    await makeLab(directory, options, say);
    signal.throwIfAborted();
    const lab = await Lab.up({ directory, say, signal, withConsole: true });
    try {
      say(`The console, to watch it in a browser (the link signs you in, once): ${await lab.consoleLink(signal)}`);
      report = await backUpEverything(lab, options, terminal, signal, startedMs);
      finished = true;
    } finally {
      await leave(lab, options.keep && finished, say);
    }
  } finally {
    if (!signal.aborted && options.jsonFile !== undefined) {
      const written = finished ? report : failedReport(Math.round(performance.now() - startedMs));
      writeFileSync(options.jsonFile, `${JSON.stringify(written, null, 2)}\n`);
    }
    if (!(options.keep && finished)) rmSync(directory, { recursive: true, force: true });
  }
  say(`Exit code ${report.exitCode}, after ${Math.round((performance.now() - startedMs) / 1_000)} s.`);
  return report.exitCode;
}

async function makeLab(directory: string, { world }: DemoOptions, say: (line: string) => void): Promise<void> {
  const { members, withoutClient, databases, copies, standalone, publicFolders } = world;
  say(
    `Making a lab: ${members} members with a backup client and ${withoutClient} without, ${databases} databases in ${copies} copies, ` +
      `${standalone} stand-alone, ${publicFolders} public folder, one recovery database. Exchange and the backup client are emulated.`,
  );
  await createWorld(directory, world);
}

async function backUpEverything(
  lab: Lab,
  options: DemoOptions,
  terminal: Terminal,
  signal: AbortSignal,
  startedMs: number,
): Promise<DemoReport> {
  const say = (line: string): void => void terminal.stream.write(`${line}\n`);
  const client = await DagClient.connect(lab.apiUrl, { name: 'demo' });
  try {
    const known = await waitForInventory(client, lab, signal);
    say(
      `The inventory knows ${known.members.length} members and ${known.databases.length} databases. Requesting a full backup of everything.`,
    );
    const { requestId } = await client.backup({ backupType: 'full', requestedBy: 'demo' });
    const run = await follow(client, requestId, new Watcher(lab, options, terminal), signal);
    const snapshot = await client.snapshot();
    say('Comparing every stored backup with what its database contained.');
    const { checked, failures } = await verifyRun(lab.directory, run);
    const verified = checked > 0 && failures.length === 0;
    const report = buildReport({ run, snapshot, verified, durationMs: performance.now() - startedMs });
    say('');
    say(renderReport(report, run, snapshot));
    say('');
    for (const failure of failures) say(`DIFFERENT: ${failure}`);
    say(summary(report, run, checked));
    return report;
  } finally {
    await client.close();
  }
}

function summary(report: DemoReport, run: RunView, checked: number): string {
  const total = formatBytes(report.databases.reduce((sum, { bytes }) => sum + bytes, 0));
  const { failovers, agentsLost, reroutes } = report.events;
  const bytes = report.verified
    ? `${checked} stored backups are right byte for byte`
    : `of ${checked} stored backups some are WRONG`;
  return `Run ${run.runId} ${run.status}: ${run.reason}\n${total} stored; ${failovers} failovers, ${agentsLost} agents lost, ${reroutes} reroutes; ${bytes}.`;
}

/** Until every agent was heard and every database has been reported by somebody. */
async function waitForInventory(client: DagClient, lab: Lab, signal: AbortSignal): Promise<InventorySnapshot> {
  const deadline = performance.now() + INVENTORY_WITHIN_MS;
  const expected = lab.agentMembers.map((member) => member.id);
  for (;;) {
    signal.throwIfAborted();
    const snapshot = await client.snapshot();
    const alive = new Set(
      snapshot.members.filter((member) => member.agent.reportAgeMs !== null).map((member) => member.id),
    );
    const silent = expected.filter((id) => !alive.has(id));
    if (silent.length === 0) return snapshot;
    if (performance.now() > deadline) {
      throw new Error(`the inventory heard nothing of ${silent.join(', ')} within ${INVENTORY_WITHIN_MS / 1_000} s`);
    }
    await pause(INVENTORY_POLL_MS, signal);
  }
}

/** What looks at every view of the run: the screen, and the faults. */
class Watcher {
  private readonly view: ReturnType<typeof createProgressView>;
  private readonly faults: FaultInjector;

  constructor(lab: Lab, options: DemoOptions, terminal: Terminal) {
    this.view = createProgressView(terminal);
    this.faults = new FaultInjector(lab, options, (text) => this.view.note(text));
  }

  onRun(run: RunView): void {
    this.view.update(run);
    if (!isFinalRunStatus(run.status)) this.faults.onRun(run);
  }

  note(text: string): void {
    this.view.note(text);
  }

  async end(): Promise<void> {
    const missed = await this.faults.finish();
    if (missed.length > 0) this.view.note(`The run was over before ${missed.join(' and ')} could be injected.`);
    this.view.end();
  }
}

async function follow(client: DagClient, requestId: string, watcher: Watcher, signal: AbortSignal): Promise<RunView> {
  let last: RunView | undefined;
  const onTrouble = (failure: FailureError | null): void =>
    watcher.note(
      failure === null ? 'The conductor answers again' : `The conductor does not answer: ${failure.message}`,
    );
  const limit = AbortSignal.any([signal, AbortSignal.timeout(RUN_WITHIN_MS)]);
  try {
    for await (const run of client.watch({ requestId }, { pollMs: WATCH_POLL_MS, signal: limit, onTrouble })) {
      last = run;
      watcher.onRun(run);
    }
  } finally {
    await watcher.end();
  }
  signal.throwIfAborted();
  if (last === undefined)
    throw new Error(`nothing was heard of the request ${requestId} within ${RUN_WITHIN_MS / 60_000} min`);
  return last;
}

async function leave(lab: Lab, keep: boolean, say: (line: string) => void): Promise<void> {
  if (!keep) {
    say('Stopping everything.');
    return lab.down({ say, discard: true });
  }
  const { directory } = lab;
  const page = lab.broker?.managementUrl;
  say(
    [
      `Everything goes on running in ${directory}. To look around:`,
      `  npm run lab -- status ${directory}`,
      `  eval "$(npm run -s lab -- env ${directory})" && npx dagctl status`,
      ...(page === undefined ? [] : [`  RabbitMQ's management page: ${page} (vhost ${lab.vhost})`]),
      `To stop it: npm run lab -- down ${directory} && rm -r ${directory}`,
    ].join('\n'),
  );
}

import type { PreflightDatabase, RestorePreflight } from '#contracts';
import type { World } from '../domain/world.js';
import { storageServerOf } from './decide/begin.js';
import { expectedSteps } from './expected-steps.js';
import type { PlannedDatabase, RestoreProposal } from './plan.js';
import type { RestoreOrder, RestorePlan } from './restore.events.js';
import type { RestoreSettings } from './settings.js';
import { roomiestOf, volumeOf } from './space.js';

/** Dismounting, mounting and the steps between them, for the estimate. */
const STEPS_OVERHEAD_MS = 30_000;

/** The dry run: what a request would do, for people. `runId` stands for the id that the run would get. */
export function preflightOf(
  proposal: RestoreProposal,
  world: World,
  settings: RestoreSettings,
  runId = 'RUN-ID',
): RestorePreflight {
  const databases = withWaits(
    proposal.databases.map((planned) => ({
      planned,
      view: databaseOf(planned, proposal.order, world, settings, runId),
    })),
    world,
    settings,
  );
  const ends = databases.map(({ endsAfterMs }) => endsAfterMs ?? 0);
  return {
    isReady: proposal.problems.length === 0 && databases.every(({ problems }) => problems.length === 0),
    problems: proposal.problems,
    warnings: proposal.warnings,
    endsAfterMs: ends.length > 0 ? Math.max(...ends) : null,
    databases,
  };
}

function databaseOf(
  { database, plan, member, problems, warnings, needsConfirmation }: PlannedDatabase,
  order: RestoreOrder,
  world: World,
  settings: RestoreSettings,
  runId: string,
): PreflightDatabase {
  const over = plan?.target.kind === 'over' ? world.databases.get(plan.target.guid) : undefined;
  const restoreMs = plan ? restoreMsOf(plan, settings) : null;
  const path = plan?.target.kind === 'files' ? plan.target.folder : (over?.edbPath ?? null);
  const view = member === null ? undefined : world.members.get(member);
  const volume = plan?.target.kind === 'new' ? roomiestOf(view) : volumeOf(view, path);
  return {
    databaseGuid: database.guid,
    databaseName: database.name,
    target: plan === null ? database.name : plan.target.kind === 'files' ? plan.target.folder : plan.target.name,
    member,
    offlineDatabase: over ? over.name : null,
    offlineMs: over ? restoreMs : null,
    endsAfterMs: restoreMs,
    freeBytes: volume?.freeBytes ?? null,
    neededBytes: plan ? String(plan.sizeBytes) : null,
    backups: plan?.objects ?? [],
    steps: plan && member !== null ? expectedSteps(plan, member, order, world, settings.spelling, runId) : [],
    problems,
    warnings,
    needsConfirmation,
  };
}

function restoreMsOf({ sizeBytes }: RestorePlan, { restoreBytesPerSecond }: RestoreSettings): number {
  return Math.round((sizeBytes / restoreBytesPerSecond) * 1_000) + STEPS_OVERHEAD_MS;
}

/** Each begins when both its member and the member's storage server have room for it, in the order of the plan. */
function withWaits(
  databases: readonly { readonly planned: PlannedDatabase; readonly view: PreflightDatabase }[],
  world: World,
  { restoresPerMember, sessionsPerStorageServer }: RestoreSettings,
): readonly PreflightDatabase[] {
  const members = new Lanes(restoresPerMember);
  const servers = new Lanes(sessionsPerStorageServer);
  return databases.map(({ planned: { member }, view }) => {
    if (member === null || view.endsAfterMs === null) return view;
    const server = storageServerOf(member, world);
    const endsAfterMs = Math.max(members.freeAfterMs(member), servers.freeAfterMs(server)) + view.endsAfterMs;
    members.take(member, endsAfterMs);
    servers.take(server, endsAfterMs);
    return { ...view, endsAfterMs };
  });
}

/** When each of the restores at once that something allows is over. */
class Lanes {
  private readonly lanes = new Map<string, readonly number[]>();

  constructor(private readonly atOnce: number) {}

  freeAfterMs(name: string): number {
    return Math.min(...this.of(name));
  }

  take(name: string, untilMs: number): void {
    const lanes = this.of(name);
    this.lanes.set(name, lanes.with(lanes.indexOf(Math.min(...lanes)), untilMs));
  }

  private of(name: string): readonly number[] {
    return this.lanes.get(name) ?? Array.from({ length: this.atOnce }, () => 0);
  }
}

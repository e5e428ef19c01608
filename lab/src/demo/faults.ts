import { memberIdOf, type RunView } from '#contracts';
import { messageOf, pause, type Lab } from '../supervisor/index.js';
import { WorldError, openWorld, worldStatus } from '../world/index.js';
import { chooseFailover, chooseKill, seededRandom, type Situation } from './choose.js';

/** Between two faults, so that each is seen for itself. */
const GAP_MS = 1_500;
/** As a service manager would restart it. */
const RESTART_AFTER_MS = 20_000;

/** How long to hold out for a failover that takes the work to another member, while the run is young. */
const CHOOSY_MS = 5_000;
const CHOOSY_SHARE = 0.3;

export interface FaultOptions {
  readonly failovers: number;
  readonly kills: number;
  readonly restart: boolean;
  readonly seed: number;
}

/** Injects the asked faults while a run goes on, as early as there is work to strike. */
export class FaultInjector {
  private failoversLeft: number;
  private killsLeft: number;
  private nextAtMs = 0;
  private firstLookMs: number | undefined;
  private readonly touched = new Set<string>();
  private readonly struck = new Set<string>();
  private readonly dead = new Set<string>();
  private readonly random: () => number;
  private readonly ending = new AbortController();
  private readonly restarts: Promise<void>[] = [];

  constructor(
    private readonly lab: Lab,
    private readonly options: FaultOptions,
    private readonly note: (text: string) => void,
  ) {
    this.failoversLeft = options.failovers;
    this.killsLeft = options.kills;
    this.random = seededRandom(options.seed);
  }

  /** To be called with every view of the run. */
  onRun(run: RunView): void {
    if (this.failoversLeft + this.killsLeft === 0 || performance.now() < this.nextAtMs) return;
    const firstLookMs = (this.firstLookMs ??= performance.now());
    const situation: Situation = {
      run,
      world: worldStatus(this.lab.directory),
      dead: this.dead,
      touched: this.touched,
      struck: this.struck,
      anyTarget: performance.now() - firstLookMs > CHOOSY_MS || run.tasksEnded > CHOOSY_SHARE * run.tasksTotal,
      random: this.random,
    };
    // Failovers come first: killing an agent takes work away that could be struck.
    const injected =
      this.failoversLeft >= this.killsLeft
        ? this.failOver(situation) || this.kill(situation)
        : this.kill(situation) || this.failOver(situation);
    if (injected) this.nextAtMs = performance.now() + GAP_MS;
  }

  /** Ends what is still waiting, and answers what could not be injected, in words. */
  async finish(): Promise<readonly string[]> {
    this.ending.abort();
    await Promise.all(this.restarts);
    const missed: string[] = [];
    if (this.failoversLeft > 0) missed.push(`${this.failoversLeft} of ${this.options.failovers} failovers`);
    if (this.killsLeft > 0) missed.push(`${this.killsLeft} of ${this.options.kills} kills`);
    return missed;
  }

  private failOver(situation: Situation): boolean {
    const choice = this.failoversLeft > 0 ? chooseFailover(situation) : null;
    if (choice === null) return false;
    const world = openWorld(this.lab.directory);
    try {
      const move = world.failover(choice.database, choice.to);
      this.note(
        `FAULT: ${move.database} fails over from ${move.from} to ${move.to}, while ${this.spell(choice.backupMember)} backs it up`,
      );
    } catch (error) {
      // Between the look and the move something else changed; there will be another chance.
      if (error instanceof WorldError) return false;
      throw error;
    } finally {
      world.close();
    }
    this.failoversLeft -= 1;
    this.struck.add(choice.databaseGuid);
    this.touched.add(memberIdOf(choice.to)).add(choice.backupMember);
    return true;
  }

  private kill(situation: Situation): boolean {
    const choice = this.killsLeft > 0 ? chooseKill(situation, !this.options.restart) : null;
    if (choice === null) return false;
    const name = this.spell(choice.memberId);
    this.lab.kill(`agent:${choice.memberId}`);
    this.killsLeft -= 1;
    this.struck.add(choice.databaseGuid);
    this.touched.add(choice.memberId);
    this.dead.add(choice.memberId);
    const later = this.options.restart ? `it comes back in ${RESTART_AFTER_MS / 1_000} s` : 'it stays away';
    this.note(`FAULT: the agent on ${name} is killed (SIGKILL) in the middle of ${choice.database}; ${later}`);
    if (this.options.restart) this.restarts.push(this.restartLater(choice.memberId, name));
    return true;
  }

  private async restartLater(memberId: string, name: string): Promise<void> {
    await pause(RESTART_AFTER_MS, this.ending.signal);
    if (this.ending.signal.aborted) return;
    try {
      await this.lab.start(`agent:${memberId}`, this.ending.signal);
      this.dead.delete(memberId);
      this.note(`The agent on ${name} runs again`);
    } catch (error) {
      if (!this.ending.signal.aborted) this.note(`The agent on ${name} did not start again: ${messageOf(error)}`);
    }
  }

  private spell(memberId: string): string {
    return this.lab.agentMembers.find((member) => member.id === memberId)?.name ?? memberId;
  }
}

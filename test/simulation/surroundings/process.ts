import type { Fault } from '../faults.js';
import type { Random } from './random.js';
import { newLife, type Life, type Schedule } from './schedule.js';

/** A process that can be killed, started again, frozen, cut off from the broker, and kept from writing to its disk. */
export class SimProcess {
  life: Life;
  cutUntilMs = 0;
  refusesUntilMs = 0;
  isLostForGood = false;
  private calls = 0;
  private readonly killsAtCall = new Map<number, Extract<Fault, { kind: 'killAtCall' }>>();

  constructor(
    readonly name: string,
    readonly schedule: Schedule,
    readonly random: Random,
    private readonly onStart: (life: Life) => void,
    private readonly onDeath: () => void,
    faults: readonly Fault[],
    readonly note: (what: () => string) => void,
  ) {
    this.life = newLife(name);
    for (const fault of faults) {
      if (fault.kind === 'killAtCall' && fault.process === name) this.killsAtCall.set(fault.call, fault);
    }
  }

  begin(): void {
    if (this.isLostForGood) return;
    this.life = newLife(this.name);
    this.note(() => `${this.name} starts`);
    this.onStart(this.life);
  }

  kill(downMs: number): void {
    if (!this.life.alive) return;
    this.life.alive = false;
    this.note(() => `${this.name} is killed, for ${downMs} ms`);
    this.onDeath();
    this.schedule.after(downMs, MACHINE, () => this.begin());
  }

  loseForGood(): void {
    this.isLostForGood = true;
    if (!this.life.alive) return;
    this.life.alive = false;
    this.onDeath();
  }

  get isCut(): boolean {
    return this.cutUntilMs > this.schedule.nowMs;
  }

  get refusesWrites(): boolean {
    return this.refusesUntilMs > this.schedule.nowMs;
  }

  /**
   * A call to the outside: time passes before it has its effect, and again before the answer comes. Each is a point at which
   * the process may die, and then the answer never comes.
   */
  call<Answer>(effect: () => Answer, maxMs = 4): Promise<Answer> {
    this.calls += 1;
    const kill = this.killsAtCall.get(this.calls);
    const { life } = this;
    return new Promise((resolve, reject) => {
      if (kill?.when === 'before') this.schedule.after(0, life, () => this.kill(kill.downMs));
      this.schedule.after(this.random.int(0, maxMs), life, () => {
        let answer: Answer;
        try {
          answer = effect();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (kill?.when === 'after') this.kill(kill.downMs);
        else resolve(answer);
      });
    });
  }
}

/** What outlives every process: the machines, the network, the broker, Exchange. */
export const MACHINE: Life = newLife('machine');

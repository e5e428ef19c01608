import { cpus } from 'node:os';
import { processorSeconds } from '../process-usage.js';

const MS_PER_SECOND = 1_000;
const US_PER_SECOND = 1_000_000;

export interface ProcessorUse {
  /** Of all processors together, what was not idle. */
  readonly busyShare: number;
  /** Seconds that the console, the services that it asks, and this process (the viewers, and who waits for the run) used of it. */
  readonly secondsOf: Readonly<Record<string, number>>;
}

interface Running {
  readonly name: string;
  readonly pid: number | null;
}

/** Says what processor time went where between its making and its reading. */
export class ProcessorMeter {
  private readonly before: Readonly<Record<string, number>>;
  private readonly machineBefore = machine();
  private readonly ownBefore = process.cpuUsage();

  constructor(services: readonly Running[]) {
    this.before = secondsUsed(services);
  }

  read(services: readonly Running[]): ProcessorUse {
    const { idle, all } = machine();
    const own = process.cpuUsage(this.ownBefore);
    const secondsOf = Object.fromEntries(
      Object.entries(secondsUsed(services)).map(([name, seconds]) => [name, seconds - (this.before[name] ?? 0)]),
    );
    return {
      busyShare: 1 - (idle - this.machineBefore.idle) / (all - this.machineBefore.all),
      secondsOf: { ...secondsOf, bench: (own.user + own.system) / US_PER_SECOND },
    };
  }
}

function secondsUsed(services: readonly Running[]): Readonly<Record<string, number>> {
  const watched = services.filter(({ name }) => /^(console|conductor|inventory)/.test(name));
  return Object.fromEntries(watched.map(({ name, pid }) => [name, (pid === null ? null : processorSeconds(pid)) ?? 0]));
}

function machine(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, each) => sum + each.idle, 0) / MS_PER_SECOND;
  const all = times.reduce((sum, { user, nice, sys, irq, idle: rest }) => sum + user + nice + sys + irq + rest, 0);
  return { idle, all: all / MS_PER_SECOND };
}

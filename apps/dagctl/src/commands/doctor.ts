import type { Command } from 'commander';
import { ExitCode, FailureError, type DoctorReport, type DoctorVerdict } from '#contracts';
import { diagnose, factsWithoutBroker, type DoctorOptions } from '#client';
import { VERSION } from '#service';
import type { CommandContext } from '../context.js';
import { parseDuration } from '../input/duration.js';
import { UsageError } from '../input/usage-error.js';
import { adviceOn } from '../outcome.js';
import { renderDoctor } from '../render/doctor.js';
import { define, type Define } from './define.js';

const EXIT_CODE_OF: Readonly<Record<DoctorVerdict, ExitCode>> = {
  ok: ExitCode.done,
  warning: ExitCode.warnings,
  problem: ExitCode.failed,
};

export function addDoctor(program: Command, run: Define): void {
  define(
    program,
    run,
    'doctor',
    'Look at everything at once: what is wrong, what it means, and what to type. Exit code 0: all is well; 8: warnings; 12: something does not work.',
    {
      examples: ['dagctl doctor', 'dagctl doctor --backup-age 7d --json'],
      options: (command) =>
        command.option('--backup-age <duration>', 'warn of databases whose newest backup is older', '48h'),
      work: (context, _arguments, { backupAge }) => doctor(context, backupAgeOf(String(backupAge))),
    },
  );
}

function backupAgeOf(text: string): number {
  const backupAgeMs = parseDuration(text);
  if (backupAgeMs === undefined || backupAgeMs <= 0) {
    throw new UsageError(`--backup-age must be a duration like 48h or 7d, not "${text}"`);
  }
  return backupAgeMs;
}

async function doctor(context: CommandContext, backupAgeMs: number): Promise<number> {
  const report = await examine(context, { version: VERSION, backupAgeMs });
  context.result(report, () => renderDoctor(report, context.look));
  return EXIT_CODE_OF[report.verdict];
}

/** A broker that cannot be reached is what the doctor is there to say; only a wrong address is the caller's mistake. */
async function examine(context: CommandContext, options: DoctorOptions): Promise<DoctorReport> {
  const sinceMs = Date.now();
  try {
    return await context.withClient((client) => client.doctor(options));
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.type !== 'broker.unreachable') throw error;
    const message = error.failure.message + adviceOn(error);
    return diagnose(factsWithoutBroker({ ...error.failure, message }, sinceMs, options));
  }
}

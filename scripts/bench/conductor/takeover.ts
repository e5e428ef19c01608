import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { topologyFor } from '#contracts';
import { applyTopology } from '#messaging';

const SAYS_WITHIN_MS = 30_000;
/** What a conductor said last is told when it does not say what is waited for. */
const LINES_KEPT = 5;

/** Milliseconds from each SIGKILL of the acting conductor until the other is at work. */
export async function measureTakeovers(
  kills: number,
  amqpUrl: string,
  databaseUrl: string,
  directory: string,
  say: (line: string) => void,
): Promise<readonly number[]> {
  await applyTopology(amqpUrl, topologyFor([]));
  const config = join(directory, 'conductor.yaml');
  const broker = { url: amqpUrl, verifySender: false };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ broker, databaseUrl, dataDir: directory, monitoring: { enabled: false } }), {
    mode: 0o600,
  });
  const running: Conductor[] = [];
  const times: number[] = [];
  try {
    running.push(await Conductor.start(config));
    for (let kill = 0; kill < kills; kill += 1) {
      const standby = await Conductor.start(config);
      running.push(standby);
      const tookOver = standby.says('conductor.took-over');
      const fromMs = performance.now();
      await running.shift()?.kill();
      await tookOver;
      times.push(performance.now() - fromMs);
      say(`takeover ${kill + 1} of ${kills}: ${Math.round(times.at(-1) ?? 0)} ms`);
    }
    return times;
  } finally {
    for (const conductor of running) await conductor.kill();
  }
}

class Conductor {
  private readonly waiting = new Map<string, () => void>();
  private readonly lines: string[] = [];

  private constructor(private readonly child: ChildProcess) {
    if (!child.stdout) throw new Error('the conductor was started without its output');
    createInterface(child.stdout).on('line', (line) => {
      this.lines.push(line);
      if (this.lines.length > LINES_KEPT) this.lines.shift();
      for (const [text, found] of this.waiting) if (line.includes(text)) found();
    });
  }

  static async start(config: string): Promise<Conductor> {
    const child = spawn(process.execPath, ['dist/apps/conductor/src/main.js', '--config', config], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const conductor = new Conductor(child);
    await conductor.says('service.ready');
    return conductor;
  }

  says(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(new Error(`no conductor said ${text} within ${SAYS_WITHIN_MS} ms, but:\n${this.lines.join('\n')}`)),
        SAYS_WITHIN_MS,
      );
      this.waiting.set(text, () => {
        clearTimeout(timer);
        this.waiting.delete(text);
        resolve();
      });
    });
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

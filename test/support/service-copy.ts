import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from './eventually.js';

/** Another process of one of a lab's services, beside the lab's own, with what it says. */
export class ServiceCopy {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;

  constructor(
    private readonly app: 'conductor' | 'inventory',
    configFile: string,
    databaseUrl: string,
  ) {
    this.child = spawn(process.execPath, [`dist/apps/${app}/src/main.js`, '--config', configFile], {
      env: { ...process.env, DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (this.child.stdout) createInterface(this.child.stdout).on('line', (line) => this.lines.push(line));
  }

  says(text: string): Promise<true> {
    return eventually(() => (this.lines.some((line) => line.includes(text)) ? true : null), {
      what: `a second ${this.app} says ${text}; it said ${this.lines.slice(-3).join(' ')}`,
    });
  }

  /** Where it tells of its health, by its own word. */
  get monitoringUrl(): string {
    const line = this.lines.find((each) => each.includes('"monitoring.ready"')) ?? '{}';
    return (JSON.parse(line) as { readonly url?: string }).url ?? '';
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The exit code, or null after a signal. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }
}

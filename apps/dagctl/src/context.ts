import picocolors from 'picocolors';
import type { Colours } from '#client';
import { DagClient } from '#client';
import { brokerUrl } from './input/broker-url.js';

/** What a process writes to: a terminal says that it is one and how wide; files and pipes have neither property. */
export type TextStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Replaced in tests. */
  readonly connect?: (url: string) => Promise<DagClient>;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly url?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
}

const COLUMNS_DEFAULT = 120;
const COLUMNS_MIN = 80;
const COLUMNS_MAX = 200;

/** What a command has to work with: where to write, how wide, in colour or not, and a client when it needs one. */
export class CommandContext {
  readonly colours: Colours;
  /** For people: standard output, unless that belongs to the JSON. */
  readonly stream: TextStream;

  constructor(
    readonly surroundings: Surroundings,
    readonly options: CommonOptions,
  ) {
    this.stream = options.json ? surroundings.stderr : surroundings.stdout;
    this.colours = picocolors.createColors(this.inColour);
  }

  get isTerminal(): boolean {
    return this.stream.isTTY === true;
  }

  /** Never left undecided: picocolors would then look at the environment, and colours would end up in files. */
  get inColour(): boolean {
    return this.isTerminal && !this.surroundings.env['NO_COLOR'];
  }

  get columns(): number {
    return Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, this.stream.columns ?? COLUMNS_DEFAULT));
  }

  /** How to draw tables. */
  get look(): { readonly columns: number; readonly colours: Colours } {
    return { columns: this.columns, colours: this.colours };
  }

  /** One line or block for people. */
  say(text: string): void {
    this.stream.write(`${text}\n`);
  }

  /** The result: JSON where that was asked for, else what `render` makes of it. */
  result(value: unknown, render: () => string): void {
    if (this.options.json) this.surroundings.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    else this.say(render());
  }

  url(): Promise<string> {
    return brokerUrl(this.options.url, this.surroundings.env);
  }

  /** Runs `work` with a connected client and closes it whatever happens. */
  async withClient<Result>(work: (client: DagClient) => Promise<Result>): Promise<Result> {
    const url = await this.url();
    const connect = this.surroundings.connect ?? ((target: string) => DagClient.connect(target, { name: 'dagctl' }));
    const client = await connect(url);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }
}

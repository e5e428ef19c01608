import { Client } from 'pg';
import { connectionConfig } from '../postgres/connection.js';

/** Each question of the session is a small one; a connection that does not answer within this is given up. */
const QUESTION_TIMEOUT_MS = 3_000;
const NOW_MS = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

export interface LastLeader {
  readonly epoch: number;
  readonly ended: boolean;
  /** How long ago it was heard, by the database's clock: the only clock that all candidates share. */
  readonly silentMs: number;
}

/**
 * The connection that leadership hangs on. It holds one advisory lock for the epoch that its process leads under; PostgreSQL gives
 * the lock back in the moment that a killed process's connection closes. Made anew when it broke.
 */
export class LeaderSession {
  private client: Client | undefined;

  constructor(
    private readonly url: string,
    private readonly schema: string,
  ) {}

  async last(): Promise<LastLeader | undefined> {
    const [row] = await this.ask<{ epoch: number; ended: number; silent_ms: number }>(
      `select epoch, ended, ${NOW_MS} - renewed_at_ms as silent_ms from leaders order by epoch desc limit 1`,
    );
    return row && { epoch: row.epoch, ended: row.ended !== 0, silentMs: row.silent_ms };
  }

  async tryLock(epoch: number): Promise<boolean> {
    const [row] = await this.ask<{ locked: boolean }>('select pg_try_advisory_lock(hashtext($1), $2::int) as locked', [
      this.lockName,
      epoch,
    ]);
    return row?.locked ?? false;
  }

  async unlock(epoch: number): Promise<void> {
    await this.ask('select pg_advisory_unlock(hashtext($1), $2::int)', [this.lockName, epoch]);
  }

  /** Begins an epoch. False: another was faster. */
  async begin(epoch: number, holder: string): Promise<boolean> {
    const rows = await this.ask(
      `insert into leaders (epoch, holder, began_at, renewed_at_ms, ended)
       select $1, $2, $3, ${NOW_MS}, 0 where not exists (select 1 from leaders where epoch >= $1)
       on conflict do nothing returning epoch`,
      [epoch, holder, new Date().toISOString()],
    );
    return rows.length > 0;
  }

  /** Says that the leader lives. The number that leads instead, when it is another; undefined when all is well. */
  async renew(epoch: number): Promise<number | undefined> {
    const [row] = await this.ask<{ highest: number }>(
      `with renewed as (update leaders set renewed_at_ms = ${NOW_MS} where epoch = $1)
       select max(epoch) as highest from leaders`,
      [epoch],
    );
    const highest = row?.highest ?? epoch;
    return highest === epoch ? undefined : highest;
  }

  async finish(epoch: number): Promise<void> {
    await this.ask('update leaders set ended = 1 where epoch = $1', [epoch]);
  }

  get isConnected(): boolean {
    return this.client !== undefined;
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private get lockName(): string {
    return `leader of ${this.schema}`;
  }

  private async ask<Row extends object>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const client = await this.connected();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } catch (error) {
      // Whatever it was: a new connection knows for certain which locks it holds, namely none.
      await this.close();
      throw error;
    }
  }

  private async connected(): Promise<Client> {
    if (this.client) return this.client;
    const client = new Client({ ...connectionConfig(this.url, this.schema), query_timeout: QUESTION_TIMEOUT_MS });
    // The next question finds out; without a listener the break would end the process.
    client.on('error', () => {
      if (this.client === client) this.client = undefined;
    });
    await client.connect();
    this.client = client;
    return client;
  }
}

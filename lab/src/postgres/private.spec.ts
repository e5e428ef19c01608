import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { PrivatePostgres, findPostgres } from './index.js';

const START_BOUND_MS = 90_000;
const program = findPostgres();
if (!program) console.warn('left out: no PostgreSQL server is installed (Debian: apt install postgresql)');

async function ask(url: string, text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

(program ? describe : describe.skip)('a private PostgreSQL', () => {
  let folder: string;
  let server: PrivatePostgres;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dag-postgres-'));
    chmodSync(folder, 0o755);
    if (program) server = await PrivatePostgres.start(program, join(folder, 'server'));
  }, START_BOUND_MS);
  afterAll(async () => {
    await server?.discard();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'keeps what was committed over a stop and over a kill, at the same address',
    async () => {
      const { url } = server;
      await ask(url, 'create table kept (id int)');
      await ask(url, 'insert into kept values (1)');
      await server.stop();
      await expect(ask(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
      await server.restart();
      await ask(url, 'insert into kept values (2)');
      await server.kill();
      await server.restart();
      expect(server.url).toBe(url);
      expect(await ask(url, 'select id from kept order by id')).toEqual([{ id: 1 }, { id: 2 }]);
    },
    START_BOUND_MS,
  );

  it('lets nobody in without the password', async () => {
    const url = new URL(server.url);
    url.password = 'guess';
    await expect(ask(url.href, 'select 1')).rejects.toThrow('password');
  });
});

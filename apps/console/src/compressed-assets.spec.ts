import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { compressedAssets } from './compressed-assets.js';

const SCRIPT = 'export const answer = 42;\n'.repeat(1_000);

describe('the assets of the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'));
  let url: string;
  let stop: () => void;
  beforeAll(async () => {
    writeFileSync(join(folder, 'a.js'), SCRIPT);
    writeFileSync(join(folder, 'a.png'), 'no text');
    const app = express();
    app.use('/assets', compressedAssets(folder, 60_000), express.static(folder));
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/assets`;
    stop = () => void server.close();
  });
  afterAll(() => {
    stop();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['a.js', 'gzip', 'gzip'],
    ['a.js', 'identity', null],
    ['a.png', 'gzip', null],
  ])('%s, where %s is taken, comes as %s', async (name, accepted, expected) => {
    const response = await fetch(`${url}/${name}`, { headers: { 'accept-encoding': accepted } });
    expect([response.status, response.headers.get('content-encoding')]).toEqual([200, expected]);
    if (name === 'a.js') {
      expect(await response.text()).toBe(SCRIPT);
      expect(response.headers.get('content-type')).toMatch(/javascript/);
    }
  });
});

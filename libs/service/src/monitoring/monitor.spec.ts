import { request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../config/load-config.js';
import { MonitoringConfig } from './config.js';
import { Monitor, type MonitorOptions } from './monitor.js';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function monitored(more: Partial<MonitorOptions> = {}) {
  const said: Readonly<Record<string, unknown>>[] = [];
  const log = (entry: Readonly<Record<string, unknown>>): void => void said.push(entry);
  const monitor = await Monitor.open({
    service: 'conductor',
    config: new MonitoringConfig(),
    checks: [{ name: 'broker', look: () => ({ ok: true, detail: 'connected' }) }],
    define: (metrics) => metrics.gauge({ name: 'dag_depth', help: 'Depth.' }, () => 7),
    log: { log, warn: log },
    ...more,
  });
  open.push(monitor);
  return { monitor, url: monitor.url ?? '', said };
}

/** As written, which fetch would tidy up. */
async function answerTo(url: string, path: string, method: string): Promise<IncomingMessage> {
  const sent = request(url, { path, method }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer;
}

describe('the monitor of a service', () => {
  it('says where it listens, that the service lives, whether it is ready, and its numbers', async () => {
    const { url, said } = await monitored();
    expect(said).toEqual([expect.objectContaining({ event: 'monitoring.ready', url })]);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const live = await fetch(`${url}/livez`);
    expect([live.status, await live.text()]).toEqual([200, 'ok\n']);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { ready: true, checks: { broker: { ok: true, detail: 'connected' } } },
    ]);
    const metrics = await fetch(`${url}/metrics?any=thing`);
    expect(metrics.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await metrics.text();
    expect(text).toContain('\ndag_depth 7\n');
    expect(text).toMatch(/^dag_build_info\{service="conductor",version="\d+\.\d+\.\d+",node="v/m);
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('answers 503 with what is missing while the service is not ready', async () => {
    const checks = [{ name: 'broker', look: () => ({ ok: false, detail: 'no connection to publish' }) }];
    const { url } = await monitored({ checks });
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      ready: false,
      checks: { broker: { ok: false, detail: 'no connection to publish' } },
    });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it('takes nothing in, and has nothing else', async () => {
    const { url } = await monitored();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])
      expect([method, (await answerTo(url, '/metrics', method)).statusCode]).toEqual([method, 405]);
    for (const path of ['/', '/metrics/', '/../metrics', '/toString', '/constructor', '//metrics', '/%6detrics'])
      expect([path, (await answerTo(url, path, 'GET')).statusCode]).toEqual([path, 404]);
    const head = await fetch(`${url}/livez`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('turns away headers that are too large, and what is no request', async () => {
    const { url } = await monitored();
    const large = await fetch(`${url}/livez`, { headers: { 'x-large': 'x'.repeat(10_000) } });
    expect(large.status).toBe(431);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end('no request\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('400 Bad Request');
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it('lets the service work, and says so, when its port is taken or its address is not there', async () => {
    const taken = createServer();
    open.push(taken);
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    for (const config of [
      { enabled: true, address: '127.0.0.1', port },
      { enabled: true, address: '192.0.2.1', port: 0 },
    ]) {
      const { monitor, said } = await monitored({ config });
      expect(monitor.url).toBeUndefined();
      expect(said).toEqual([
        expect.objectContaining({
          event: 'monitoring.unavailable',
          message: expect.stringContaining(`${config.address} port ${config.port}`),
        }),
      ]);
    }
  });

  it('is silent where it is not wanted', async () => {
    const { monitor, said } = await monitored({ config: { enabled: false, address: '127.0.0.1', port: 0 } });
    expect(monitor.url).toBeUndefined();
    expect(said).toEqual([]);
  });

  it('closes at once, whoever is reading', async () => {
    const { monitor, url } = await monitored();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    // A request that is never whole.
    socket.write('GET /livez HTTP/1.1\r\n');
    // The listener has read it when it answers what came after it.
    await fetch(`${url}/livez`);
    const ended = once(socket, 'close');
    await monitor.close();
    expect(await ended).toEqual([false]);
  });
});

describe('the configuration of monitoring', () => {
  it('refuses what is no port and no address', () => {
    const load = (env: Record<string, string>) => () => loadConfig(MonitoringConfig, { argv: [], env });
    expect(load({ DAG_PORT: '70000' })).toThrow('port must not be greater than 65535');
    expect(load({ DAG_PORT: '1.5' })).toThrow('port must be an integer');
    for (const address of ['', 'localhost', '127.0.0', 'http://127.0.0.1'])
      expect(load({ DAG_ADDRESS: address })).toThrow('address must be an ip address');
    expect(load({ DAG_ADDRESS: '::1' })()).toMatchObject({ address: '::1' });
    expect(load({ DAG_ENABLED: 'no' })).toThrow('is no true or false');
    expect(load({ DAG_ENABLED: 'false' })()).toEqual({ enabled: false, address: '127.0.0.1', port: 0 });
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberTopology, serviceTopology, serviceUsers, topologyFor } from '#contracts';
import { applyPolicies, applyTopology, checkTopology, createVhost, deleteVhost, toDefinitions } from '#messaging';
import { hasBroker, MANAGEMENT_URL, urlFor } from './support.js';

const when = hasBroker ? describe : describe.skip;

when('provisioning', () => {
  const vhost = `test-provisioning-${randomUUID()}`;
  const url = urlFor(vhost);
  beforeAll(async () => createVhost(MANAGEMENT_URL, vhost));
  afterAll(async () => deleteVhost(MANAGEMENT_URL, vhost));

  it('names everything that is missing', async () => {
    const missing = await checkTopology(url, serviceTopology());
    expect(missing).toHaveLength(serviceTopology().exchanges.length + serviceTopology().queues.length);
    expect(missing).toContain('queue dag.conductor.inbox');
    expect(missing).toContain('exchange dag.commands');
  });

  it('applies the topology, as often as wanted, and a member at a time', async () => {
    await applyTopology(url, serviceTopology());
    await applyTopology(url, serviceTopology());
    await applyTopology(url, memberTopology('ex01'));
    await applyPolicies(MANAGEMENT_URL, vhost, serviceTopology().policies);
    expect(await checkTopology(url, topologyFor(['ex01']))).toEqual([]);
  });

  it('says which queue exists with other properties, and what to do', async () => {
    const queues = [{ name: 'dag.conductor.inbox', arguments: { 'x-queue-type': 'classic' } }];
    await expect(applyTopology(url, { queues, bindings: [] })).rejects.toThrow(
      /queue dag\.conductor\.inbox.*PRECONDITION_FAILED.*delete it/s,
    );
  });

  it('says where no broker answers', async () => {
    await expect(checkTopology('amqp://guest:guest@127.0.0.1:1/x', {})).rejects.toThrow(
      /no connection to 127\.0\.0\.1:1 \(vhost x\).*Check that the broker runs/s,
    );
    await expect(createVhost('http://a:b@127.0.0.1:1', 'x')).rejects.toThrow(/got no answer.*rabbitmq_management/s);
    const wrong = new URL(MANAGEMENT_URL);
    wrong.password = 'wrong';
    await expect(createVhost(wrong.href, 'x')).rejects.toThrow(/status 401.*Check user and password/s);
  });

  it('makes definitions that the broker takes, and that give the same topology', async () => {
    const imported = `test-definitions-${randomUUID()}`;
    const definitions = toDefinitions(topologyFor(['ex01']), [], imported);
    const base = new URL(MANAGEMENT_URL);
    const authorization = `Basic ${Buffer.from(`${base.username}:${base.password}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await fetch(`${base.origin}/api/definitions`, {
      method: 'POST',
      headers,
      body: JSON.stringify(definitions),
    });
    try {
      expect(response.status).toBe(204);
      expect(await checkTopology(urlFor(imported), topologyFor(['ex01']))).toEqual([]);
      await applyTopology(urlFor(imported), topologyFor(['ex01']));
      expect(JSON.stringify(toDefinitions(serviceTopology(), serviceUsers()))).not.toContain('password');
    } finally {
      await deleteVhost(MANAGEMENT_URL, imported);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  BackupRequested,
  CancelRequested,
  EXCHANGES,
  PARKING_SERVICES,
  Queues,
  REPLAYS,
  WAIT_STEPS,
  allContracts,
  bindingPattern,
  commandQueue,
  contractByRoute,
  covers,
  memberTopology,
  memberUser,
  memberUserName,
  parkQueue,
  parkingQueues,
  routingKey,
  serviceTopology,
  serviceUsers,
  topologyFor,
  waitKey,
  type BrokerUser,
  type MessageContract,
} from '#contracts';
import { queuesOf, sendersOf } from '../../libs/contracts/src/generate/index.js';

const topology = serviceTopology();
const contracts = allContracts();

function userOf(role: string): BrokerUser {
  const user = role === 'node' ? memberUser('ex01') : serviceUsers().find(({ name }) => name === `dag-${role}`);
  if (!user) throw new Error(`no broker user for ${role}`);
  return user;
}

/** A routing key as that contract's sender on ex01 would use it. */
function keyOf(contract: MessageContract): string {
  return routingKey(contract, { member: 'ex01', dag: 'dag01' });
}

describe('every contract', () => {
  it.each(contracts.map(({ type }) => type))('%s is named like a type with a version', (type) => {
    expect(type).toMatch(/^dag(?:\.[a-z]+(?:-[a-z]+)*)+\.v\d+$/);
  });

  it.each(contracts.map((contract) => [contract.type, contract] as const))(
    '%s goes to an exchange that exists',
    (_, contract) => {
      expect(topology.exchanges.map(({ name }) => name)).toContain(contract.exchange);
    },
  );

  it.each(contracts.map((contract) => [contract.type, contract] as const))('%s reaches a queue', (_, contract) => {
    const { queues, bindings } = topologyFor(['ex01']);
    const reached = bindings
      .filter(({ exchange, key }) => exchange === contract.exchange && covers(key, keyOf(contract)))
      .map(({ queue }) => queue);
    expect(reached.length).toBeGreaterThan(0);
    expect(queues.map(({ name }) => name)).toEqual(expect.arrayContaining(reached));
    expect(queuesOf(contract).map((queue) => queue.replace('{member}', 'ex01'))).toEqual(reached);
  });

  it.each(contracts.map((contract) => [contract.type, contract] as const))(
    '%s may be sent by those who send it',
    (_, contract) => {
      for (const role of sendersOf(contract)) {
        const user = userOf(role);
        expect(contract.exchange).toMatch(new RegExp(user.write));
        // Without a topic permission for an exchange a user may write every key of it; agents must have one.
        const topic = user.topicPermissions.find(({ exchange }) => exchange === contract.exchange);
        expect(keyOf(contract)).toMatch(new RegExp(topic?.write ?? (role === 'node' ? '^$' : '')));
      }
    },
  );

  it('that may be lost is a question or a heartbeat', () => {
    for (const { kind, durable } of contracts) expect(durable).toBe(kind !== 'query' && kind !== 'heartbeat');
  });
});

describe('messages published by hand', () => {
  it('are known by their exchange and key', () => {
    expect(contractByRoute('dag.requests', 'request.backup')).toBe(BackupRequested);
    expect(contractByRoute('dag.requests', 'request.cancel')).toBe(CancelRequested);
    expect(contractByRoute('dag.requests', 'request.restart')).toBeUndefined();
    expect(contractByRoute('dag.requests', 'request.backup.now')).toBeUndefined();
  });

  it('never fit two requests', () => {
    const patterns = contracts
      .filter(({ kind }) => kind === 'request')
      .map((contract) => `${contract.exchange} ${bindingPattern(contract)}`);
    expect(new Set(patterns).size).toBe(patterns.length);
  });
});

describe('the topology', () => {
  it('has exactly the exchanges that have names', () => {
    expect(topology.exchanges.map(({ name }) => name)).toEqual([...EXCHANGES]);
  });

  it('gives an order that nobody takes back to its sender: the command exchange has no alternate and no wildcard', () => {
    const commands = topology.exchanges.find(({ name }) => name === 'dag.commands');
    expect(commands).toEqual({ name: 'dag.commands', type: 'direct', arguments: {} });
    expect(topology.bindings.filter(({ exchange }) => exchange === 'dag.commands')).toEqual([]);
  });

  it('names only alternates, dead letter exchanges and binding ends that exist', () => {
    const { exchanges, queues, bindings, policies } = topologyFor(['ex01']);
    const names = new Set<unknown>(exchanges.map(({ name }) => name));
    const referred = [
      ...exchanges.map((exchange) => exchange.arguments['alternate-exchange']),
      ...queues.map((queue) => queue.arguments['x-dead-letter-exchange']),
      ...policies.map(({ definition }) => definition['dead-letter-exchange']),
      ...bindings.map(({ exchange }) => exchange),
    ].filter((name) => name !== undefined);
    expect(referred.filter((name) => !names.has(name))).toEqual([]);
    const queueNames = queues.map(({ name }) => name);
    expect(bindings.filter(({ queue }) => !queueNames.includes(queue))).toEqual([]);
    expect(new Set(queueNames).size).toBe(queueNames.length);
  });

  it('says the type of every queue, and gives none a single replica, which would be away with its node', () => {
    for (const queue of topologyFor(['ex01']).queues)
      expect(queue.arguments['x-queue-type']).toMatch(/^(quorum|stream)$/);
  });

  it('brings a message that waited back to the queue it came from, and to no other', () => {
    const { bindings } = topologyFor(['ex01', 'ex02']);
    for (const queue of [Queues.conductorInbox, Queues.inventoryInbox, commandQueue('ex01')]) {
      for (const { name } of WAIT_STEPS) {
        const back = bindings.filter(
          ({ exchange, key }) => exchange === 'dag.redeliver' && covers(key, waitKey(name, queue)),
        );
        expect(back.map((binding) => binding.queue)).toEqual([queue]);
        const waiting = bindings.filter(
          ({ exchange, key }) => exchange === 'dag.wait' && covers(key, waitKey(name, queue)),
        );
        expect(waiting.map((binding) => binding.queue)).toEqual([`dag.wait.${name}`]);
      }
    }
  });

  it('brings a parked message back to the queue in which it failed, and to no other', () => {
    for (const service of PARKING_SERVICES) {
      for (const why of ['error', 'skipped'] as const) {
        const parked = topology.queues.find(({ name }) => name === parkQueue(service, why));
        const back = topology.bindings.filter(
          ({ exchange, key }) =>
            exchange === parked?.arguments['x-dead-letter-exchange'] &&
            covers(key, String(parked.arguments['x-dead-letter-routing-key'])),
        );
        expect(back.map(({ queue }) => queue)).toEqual(REPLAYS[service] === null ? [] : [REPLAYS[service]]);
      }
    }
    for (const queue of Object.values(REPLAYS))
      expect([Queues.conductorInbox, Queues.inventoryInbox, null]).toContain(queue);
  });

  it('lets parked messages be looked at often: each look counts as a delivery, and 20 are too few', () => {
    for (const name of parkingQueues()) {
      const policy = topology.policies.find(({ pattern }) => new RegExp(pattern).test(name));
      expect([name, policy?.definition['delivery-limit']]).toEqual([name, 1_000_000]);
    }
  });

  it('has parking for every service', () => {
    const queues = topology.queues.map(({ name }) => name);
    for (const service of PARKING_SERVICES) {
      expect(queues).toEqual(expect.arrayContaining([parkQueue(service, 'error'), parkQueue(service, 'skipped')]));
    }
  });

  it('puts at most one policy on a queue, and limits on every queue that others fill', () => {
    const { queues, policies } = topologyFor(['ex01']);
    for (const { name } of queues) {
      const fitting = policies.filter(({ pattern }) => new RegExp(pattern).test(name));
      expect(fitting.length).toBe(name.startsWith('dag.wait.') ? 0 : 1);
    }
  });
});

describe('broker users', () => {
  it('read their own queues only', () => {
    const { queues } = topologyFor(['ex01', 'ex02']);
    const readable = (user: BrokerUser): readonly string[] =>
      queues.map(({ name }) => name).filter((name) => new RegExp(user.read).test(name));
    expect(readable(memberUser('ex01'))).toEqual([commandQueue('ex01')]);
    expect(readable(userOf('api'))).toEqual([]);
    for (const name of readable(userOf('conductor'))) expect(name).toMatch(/^dag\.conductor\./);
    for (const name of readable(userOf('inventory'))) expect(name).toMatch(/^dag\.inventory\./);
  });

  it('declare nothing', () => {
    for (const user of [...serviceUsers(), memberUser('ex01')]) expect(user.configure).toBe('^$');
  });

  it('of one member cannot speak for another', () => {
    const { topicPermissions } = memberUser('ex01');
    for (const { exchange, write } of topicPermissions) {
      for (const key of ['node.ex02.report', 'node.ex010.report', 'ex02', 'ex010', '5s.dag.node.ex02.commands']) {
        expect([exchange, key, new RegExp(write).test(key)]).toEqual([exchange, key, false]);
      }
    }
    expect(memberUserName('ex01')).toBe('dag-node-ex01');
  });

  it('refuse a name that would widen a permission', () => {
    for (const name of ['.*', 'ex01|ex02', 'EX01', 'ex01.contoso', ''])
      expect(() => memberUser(name)).toThrow('no member id');
  });

  it('every member has its own command queue', () => {
    expect(memberTopology('ex01')).toEqual({
      queues: [
        { name: 'dag.node.ex01.commands', arguments: { 'x-queue-type': 'quorum', 'x-single-active-consumer': true } },
      ],
      bindings: [
        { exchange: 'dag.commands', queue: 'dag.node.ex01.commands', key: 'ex01' },
        { exchange: 'dag.redeliver', queue: 'dag.node.ex01.commands', key: '*.dag.node.ex01.commands' },
      ],
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { parseServiceName } from './service-name.js';
import { LAB_TIMING, planServices, type PlanInput } from './service-plan.js';

const input: PlanInput = {
  directory: '/lab',
  root: '/checkout',
  dagName: 'DAG1',
  members: [
    { id: 'ex01', name: 'EX01', hasClient: true, storageServer: 'SP1' },
    { id: 'ex02', name: 'EX02', hasClient: false, storageServer: 'SP1' },
  ],
  verifySender: true,
  timing: LAB_TIMING,
  withConsole: true,
};

describe('the processes of a lab', () => {
  const plans = planServices(input);

  it('are the engine, the services, one agent for each member with a client, and the console', () => {
    expect(plans.map(({ name }) => name)).toEqual(['engine', 'inventory', 'conductor', 'agent:ex01', 'console']);
  });

  it('give the agent its member, its emulators and a broker user of its own', () => {
    expect(plans.at(-2)).toMatchObject({
      script: '/checkout/dist/apps/node-agent/src/main.js',
      args: ['--config', '/lab/services/agent-ex01/config.yaml'],
      env: { DAG_LAB_DIR: '/lab', DAG_LAB_MEMBER: 'EX01' },
      config: {
        broker: { urlFile: '/lab/secrets/dag-node-ex01.url', verifySender: true },
        member: 'EX01',
        exchangeHost: { args: ['/checkout/dist/lab/src/exchange-host/main.js', '--lab', '/lab', '--member', 'EX01'] },
        tdpexcc: { args: ['/checkout/dist/lab/src/tdpexcc/main.js'], dagNode: 'DAG1' },
      },
    });
  });

  it('give no broker URL, which holds a password, to a configuration file', () => {
    expect(JSON.stringify(plans)).not.toContain('amqp://');
  });
});

describe('the name of a service', () => {
  const known = planServices(input).map(({ name }) => name);

  it.each(['agent:ex01', 'agent:EX01', 'Agent:EX01.contoso.local'])('is understood as %s', (text) => {
    expect(parseServiceName(text, known)).toBe('agent:ex01');
  });

  it.each(['agent', 'agent:ex02', 'agent:', 'conductors', ''])('is refused as "%s", naming those there are', (text) => {
    expect(() => parseServiceName(text, known)).toThrow('it has engine, inventory, conductor, agent:ex01');
  });
});

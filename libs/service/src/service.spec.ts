import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { BrokerConfig, ConfigError, loadConfig, VERSION } from './index.js';

class Limits {
  @IsInt()
  @Min(1)
  @Max(9)
  readonly parallelPerMember: number = 2;
}

class ExampleConfig {
  @ValidateNested()
  @Type(() => BrokerConfig)
  readonly broker!: BrokerConfig;

  @IsString()
  readonly dataDir!: string;

  @ValidateNested()
  @Type(() => Limits)
  readonly limits: Limits = new Limits();

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  readonly members?: string[];
}

describe('loadConfig', () => {
  let folder: string;
  const load = (text: string, env = {}) => {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, text);
    return loadConfig(ExampleConfig, { argv: ['--config', file], env });
  };
  const faultsOf = (text: string, env = {}): readonly string[] => {
    try {
      load(text, env);
    } catch (error) {
      if (error instanceof ConfigError) return error.faults;
      throw error;
    }
    return [];
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'service-spec-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads the file, fills in defaults, and takes the environment over both', () => {
    const env = {
      DAG_BROKER_URL: 'amqp://b',
      DAG_LIMITS_PARALLEL_PER_MEMBER: '5',
      DAG_BROKER_VERIFY_SENDER: 'false',
      DAG_MEMBERS: 'ex01, ex02',
    };
    const config = load('dataDir: /x\nbroker: { url: "amqp://a" }\n', env);
    expect(config).toEqual({
      dataDir: '/x',
      broker: { url: 'amqp://b', verifySender: false },
      limits: { parallelPerMember: 5 },
      members: ['ex01', 'ex02'],
    });
    expect(load('dataDir: /x\nbroker: { url: "amqp://a" }\n')).toMatchObject({
      broker: { verifySender: true },
      limits: { parallelPerMember: 2 },
    });
    expect(
      loadConfig(ExampleConfig, { argv: [], env: { DAG_BROKER_URL: 'amqp://b', DAG_DATA_DIR: '/y' } }),
    ).toMatchObject({ dataDir: '/y' });
  });

  it('takes the broker URL from a file, because it holds a secret', () => {
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'amqp://u:p@h/v\n');
    expect(load(`dataDir: /x\nbroker: { urlFile: ${secret} }\n`).broker.amqpUrl()).toBe('amqp://u:p@h/v');
  });

  it('lists every fault, and the nearest known key', () => {
    const text =
      'datadir: /x\nbroker: { urll: "amqp://a", verifySender: 1 }\nlimits: { parallelPerMember: 99 }\nwhatever: 1\n';
    expect(faultsOf(text)).toEqual(
      expect.arrayContaining([
        'datadir is no key of ExampleConfig; did you mean dataDir?',
        'dataDir must be a string',
        'broker.urll is no key of BrokerConfig; did you mean url?',
        'broker.verifySender must be a boolean value',
        'limits.parallelPerMember must not be greater than 9',
        'whatever is no key of ExampleConfig (known: broker, dataDir, limits, members)',
        'broker.url or broker.urlFile must be given',
      ]),
    );
    expect(faultsOf('dataDir: /x\n')).toEqual(['broker.url or broker.urlFile must be given']);
    expect(faultsOf('dataDir: /x\nbroker: { url: "amqp://a" }\n', { DAG_LIMITS_PARALLEL_PER_MEMBER: 'many' })).toEqual([
      'DAG_LIMITS_PARALLEL_PER_MEMBER cannot be read: "many" is no number',
    ]);
  });

  it.each([
    ['a: [1', /at line 1/],
    ['- a', /keys with values/],
  ])('says what is wrong with the file %j', (text, why) => {
    expect(faultsOf(text).join()).toMatch(why);
  });

  it('says that the file is not there, and how to give it', () => {
    expect(() => loadConfig(ExampleConfig, { argv: ['--config', join(folder, 'none')], env: {} })).toThrow(
      /none is wrong: it cannot be read/,
    );
    expect(() => loadConfig(ExampleConfig, { argv: ['--confg', 'x'], env: {} })).toThrow(/use --config FILE/);
  });
});

it('the version is that of the package', () => {
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+/);
});

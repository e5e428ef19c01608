import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { parseDocument } from 'yaml';
import { BrokerConfig } from './broker-config.js';
import { ConfigError } from './config-error.js';
import { overrides, type Env } from './environment.js';
import { knownKeys, nearest } from './known-keys.js';

export { ConfigError } from './config-error.js';

export interface ConfigSource {
  /** The command line without node and script: `--config FILE`. */
  readonly argv?: readonly string[];
  readonly env?: Env;
}

/** Reads, overrides by the environment, and validates a service's configuration. Throws one ConfigError that names every fault. */
export function loadConfig<T extends object>(type: ClassConstructor<T>, source: ConfigSource = {}): T {
  const { argv = process.argv.slice(2), env = process.env } = source;
  const file = configFile(argv);
  const where = file ?? 'the configuration from the environment';
  const written = file === undefined ? {} : readYaml(file);
  const set = overrides(type, written, env);
  const config = plainToInstance(type, set.config, { exposeDefaultValues: true });
  const errors = validateSync(config, { whitelist: true, forbidNonWhitelisted: true });
  const faults = [...set.faults, ...errors.flatMap((error) => linesOf(error, '')), ...brokerFaults(config)];
  if (faults.length > 0) throw new ConfigError(where, faults);
  return config;
}

function configFile(argv: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...argv], options: { config: { type: 'string' } } }).values.config;
  } catch (error) {
    throw new ConfigError('the command line', [`${textOf(error)}; use --config FILE`]);
  }
}

function readYaml(file: string): object {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, [`it cannot be read: ${textOf(error)}`]);
  }
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map((error) => error.message.split('\n')[0] ?? error.message),
    );
  const content: unknown = document.toJS({ maxAliasCount: 100 });
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content))
    throw new ConfigError(file, ['it must contain keys with values']);
  return content;
}

function linesOf(error: ValidationError, parent: string): readonly string[] {
  const path = parent === '' ? error.property : `${parent}.${error.property}`;
  const constraints = Object.entries(error.constraints ?? {});
  const own = constraints.map(([rule, text]) => {
    if (rule === 'whitelistValidation') return unknownKey(error, parent);
    return text.startsWith(`${error.property} `) ? `${parent === '' ? '' : `${parent}.`}${text}` : `${path}: ${text}`;
  });
  return [...own, ...(error.children ?? []).flatMap((child) => linesOf(child, path))];
}

function unknownKey({ property, target }: ValidationError, parent: string): string {
  const owner = target?.constructor;
  const keys = owner === undefined ? [] : knownKeys(owner);
  const guess = nearest(property, keys);
  const path = parent === '' ? property : `${parent}.${property}`;
  const advice = guess === undefined ? ` (known: ${keys.join(', ')})` : `; did you mean ${guess}?`;
  return `${path} is no key of ${owner?.name ?? 'the configuration'}${advice}`;
}

/** A broker section that validates may still lack its URL. */
function brokerFaults(config: object): readonly string[] {
  const broker: unknown = 'broker' in config ? config.broker : undefined;
  if (!(broker instanceof BrokerConfig)) return [];
  try {
    broker.amqpUrl();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

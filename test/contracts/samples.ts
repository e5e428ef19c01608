import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isEnvelope, type Envelope } from '#contracts';

const folder = join(import.meta.dirname, 'samples');

/** Messages as they were on the wire when their version was fixed; what was valid then has to stay so. */
export function sampleNames(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
}

export function sampleEnvelope(name: string): Envelope<Readonly<Record<string, unknown>>> {
  const body: unknown = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  if (!isEnvelope(body)) throw new Error(`the sample ${name} has no envelope`);
  return body as Envelope<Readonly<Record<string, unknown>>>;
}

/** A copy of a sample's data with one value replaced; the path is dotted, `databases.0.guid`. Undefined takes it out. */
export function altered(name: string, path: string, value: unknown): Readonly<Record<string, unknown>> {
  const data = structuredClone(sampleEnvelope(name).data) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place: Record<string, unknown> = data;
  for (const key of keys) {
    const next = place[key];
    if (typeof next !== 'object' || next === null) throw new Error(`the sample ${name} has nothing at ${path}`);
    place = next as Record<string, unknown>;
  }
  if (value === undefined) delete place[last];
  else place[last] = value;
  return data;
}

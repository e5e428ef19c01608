import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import type { ClassConstructor } from 'class-transformer';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import * as contracts from '../index.js';

/** A JSON Schema (draft 7) as a plain value; the generated documents are the only readers. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Where schemas refer to each other in the AsyncAPI document. */
export const SCHEMA_POINTER = '#/components/schemas/';

/** Set by the converter of `@IsOptional`, taken out again below: class-validator lets null pass there, JSON Schema does not. */
const MAY_BE_NULL = 'x-may-be-null';

interface Constrained {
  readonly constraints?: readonly unknown[];
}

/**
 * What the library's own converters say too loosely: times are UTC text, a bound must not turn an integer into a number,
 * and optional means absent or null.
 */
const converters = {
  isUtc: { type: 'string', format: 'date-time', pattern: 'Z$' },
  isIso8601: {},
  min: (meta: Constrained) => ({ minimum: meta.constraints?.[0] as number }),
  max: (meta: Constrained) => ({ maximum: meta.constraints?.[0] as number }),
  conditionalValidation: { [MAY_BE_NULL]: true },
} as const;

/** The schemas of these DTOs and of everything that they contain, by class name in alphabetical order. */
export function schemasOf(roots: readonly ClassConstructor<object>[]): Readonly<Record<string, JsonSchema>> {
  const all = validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: SCHEMA_POINTER,
    additionalConverters: converters,
  }) as unknown as Record<string, JsonSchema>;
  const reached = new Map<string, JsonSchema>();
  const open = roots.map(({ name }) => name);
  for (const root of roots) all[root.name] ??= all[describedAncestor(root, all)] ?? {};
  const parents = parentsOf([...Object.values(contracts), ...roots]);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    const schema = all[name] ?? {};
    const inherited = all[parents.get(name) ?? '']?.['properties'] ?? {};
    reached.set(name, finished(schema, Object.keys(inherited)));
    open.push(...referencesIn(schema));
  }
  return Object.fromEntries([...reached].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A class that adds no field to its parent is unknown to the validator's store; its fields are the parent's. */
function describedAncestor(type: ClassConstructor<object>, all: Readonly<Record<string, JsonSchema>>): string {
  let ancestor: unknown = type;
  while (typeof ancestor === 'function' && ancestor.name !== '') {
    if (all[ancestor.name]) return ancestor.name;
    ancestor = Object.getPrototypeOf(ancestor);
  }
  return type.name;
}

/** By the name of each class, that of the class it extends. */
function parentsOf(values: readonly unknown[]): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  for (const value of values) {
    const parent: unknown = typeof value === 'function' ? Object.getPrototypeOf(value) : undefined;
    if (typeof value === 'function' && typeof parent === 'function') parents.set(value.name, parent.name);
  }
  return parents;
}

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner.slice(SCHEMA_POINTER.length)] : referencesIn(inner),
  );
}

/** Unknown fields are tolerated everywhere, so no schema closes its properties. What is common comes before what is a class's own. */
function finished(schema: JsonSchema, inherited: readonly string[]): JsonSchema {
  const described = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const properties = { ...Object.fromEntries(inherited.map((name) => [name, described[name] ?? {}])), ...described };
  const required = schema['required'] as readonly string[] | undefined;
  return {
    type: 'object',
    ...(required ? { required } : {}),
    properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, orNull(property)])),
  };
}

function orNull(property: JsonSchema): JsonSchema {
  const { [MAY_BE_NULL]: mayBeNull, ...described } = property;
  // What stands beside a reference is ignored by readers of JSON Schema.
  const schema = described['$ref'] === undefined ? described : { $ref: described['$ref'] };
  if (!mayBeNull) return schema;
  if (typeof schema['type'] !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const words = schema['enum'] as readonly string[] | undefined;
  return { ...schema, type: [schema['type'], 'null'], ...(words ? { enum: [...words, null] } : {}) };
}

// Types alone: the contracts themselves take a host four times as long to load as everything else, and it checks its parameters by hand.
import type { HostReadMethod, HostResponse } from '#contracts';
import type { MemberRow } from '../world/rows.js';
import type { WorldStore } from '../world/store.js';
import { CHANGE_METHODS, change } from './changes.js';
import { textParameter, type Parameters } from './parameters.js';
import { describeError, RequestError } from './request-error.js';
import { describeServer, getDatabase, listDatabases } from './views.js';

/** An answer, or why the line cannot even be answered: without a usable id nobody could match the answer. */
export type Answer =
  | { readonly kind: 'response'; readonly response: HostResponse }
  | { readonly kind: 'unanswerable'; readonly problem: string };

type Handler = (store: WorldStore, member: MemberRow, params: Parameters) => unknown;

const HANDLERS: Readonly<Record<HostReadMethod, Handler>> = {
  hello: (_store, member) => ({ protocol: 1, host: `emulated Exchange on ${member.name}` }),
  describeServer: (store, member) => describeServer(store, serving(member)),
  listDatabases: (store, member) => listDatabases(store, serving(member)),
  getDatabase: (store, member, params) => {
    const guid = textParameter(params, 'guid', 'getDatabase');
    serving(member);
    return getDatabase(store, guid);
  },
};

const BY_NAME: ReadonlyMap<string, Handler> = new Map(Object.entries(HANDLERS));
const METHODS: readonly string[] = [...BY_NAME.keys(), ...CHANGE_METHODS];

function serving(member: MemberRow): MemberRow {
  if (member.stopped === 1)
    throw new RequestError('exchange.unavailable', `Exchange on ${member.name} does not answer`, true);
  return member;
}

export function answerLine(store: WorldStore, memberName: string, line: string): Answer {
  const parsed = parse(line);
  if (typeof parsed === 'string') return { kind: 'unanswerable', problem: parsed };
  const { id, method, params } = parsed;
  try {
    return { kind: 'response', response: { id, result: perform(store, memberName, method, params) } };
  } catch (error) {
    return { kind: 'response', response: { id, error: describeError(error) } };
  }
}

function perform(store: WorldStore, memberName: string, method: string, params: Parameters): unknown {
  const changing = CHANGE_METHODS.find((each) => each === method);
  if (changing !== undefined) {
    serving(store.member(memberName));
    return change(store, changing, params);
  }
  const handler = BY_NAME.get(method);
  if (handler !== undefined) return store.consistent(() => handler(store, store.member(memberName), params));
  throw new RequestError('request.unknown-method', `the method "${method}" is not one of ${METHODS.join(', ')}`, false);
}

function parse(line: string): { readonly id: number; readonly method: string; readonly params: Parameters } | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!isRecord(value)) return 'a request must be a JSON object';
  const { id, method, params = {} } = value;
  if (typeof id !== 'number' || !Number.isSafeInteger(id))
    return `a request needs a whole number as id, not ${JSON.stringify(id)}`;
  if (typeof method !== 'string') return `request ${id} needs a method as text`;
  if (!isRecord(params)) return `request ${id} needs an object as params`;
  return { id, method, params };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

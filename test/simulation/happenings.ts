import type { Fault } from './faults.js';
import type { Sent } from './requests.js';
import type { ConductorMessage } from './processes/conductor-inbox.js';
import type { SimExchange } from './surroundings/exchange.js';
import { MACHINE, type SimProcess } from './surroundings/process.js';

/** What a fault can reach. */
export interface FaultReach {
  readonly exchange: SimExchange;
  process(name: string): SimProcess;
  /** Lets something happen; the simulation lasts at least until then. */
  at(atMs: number, happen: () => void): void;
  send(message: Sent): void;
  note(what: () => string): void;
}

/** Lets a fault happen when its time has come. Those of messages, calls and clients happen where these are made. */
export function bringAbout(fault: Fault, { exchange, process, at, send, note }: FaultReach): void {
  switch (fault.kind) {
    case 'kill':
      return at(fault.atMs, () => process(fault.process).kill(fault.downMs));
    case 'freeze': {
      const endsAtMs = fault.atMs + fault.forMs;
      at(endsAtMs, () => undefined);
      return at(fault.atMs, () => {
        note(() => `${fault.process} freezes for ${fault.forMs} ms`);
        process(fault.process).life.frozenUntilMs = endsAtMs;
      });
    }
    case 'cut': {
      const endsAtMs = fault.atMs + fault.forMs;
      at(endsAtMs, () => undefined);
      return at(fault.atMs, () => {
        note(() => `${fault.process} is cut off from the broker for ${fault.forMs} ms`);
        process(fault.process).cutUntilMs = endsAtMs;
      });
    }
    case 'refuseWrites': {
      const endsAtMs = fault.atMs + fault.forMs;
      at(endsAtMs, () => undefined);
      return at(fault.atMs, () => {
        note(() => `the disk of ${fault.process} is full for ${fault.forMs} ms`);
        process(fault.process).refusesUntilMs = endsAtMs;
      });
    }
    case 'move':
      return at(fault.atMs, () => exchange.move(exchange.at(fault.database), fault.to, fault.category));
    case 'loseMember':
      return at(fault.atMs, () => {
        const member = exchange.members[fault.member % exchange.members.length] ?? '';
        process(`agent ${member}`).loseForGood();
        exchange.lose(member);
      });
    case 'foreignBackup':
      return at(fault.atMs, () => {
        const database = exchange.at(fault.database);
        const start = { attemptId: null, databaseName: database.name, member: database.active, owner: MACHINE };
        exchange.start({ ...start, durationMs: fault.forMs, exitCode: 0 }, () => undefined);
      });
    case 'limit': {
      const { scope, name, value, atMs, forMs } = fault;
      const set = (limit: number | null): ConductorMessage => ({
        kind: 'limits',
        request: { changes: [{ scope, ...(name === null ? {} : { name }), value: limit }] },
      });
      const id = `limit-${scope}-${name}-${atMs}`;
      send({ atMs, id, body: set(value) });
      return send({ atMs: atMs + forMs, id: `${id}-back`, body: set(null) });
    }
    case 'drain': {
      const { member, atMs, deadlineMs, stopRunning, forMs } = fault;
      const deadline = deadlineMs === null ? {} : { deadlineMs };
      const id = `drain-${member}-${atMs}`;
      const drain = { member, reason: 'maintenance', stopRunning, ...deadline };
      send({ atMs, id, body: { kind: 'drain', request: drain } });
      return send({ atMs: atMs + forMs, id: `${id}-over`, body: { kind: 'resume', request: { member } } });
    }
    case 'killAtCall':
    case 'clientFails':
    case 'message':
      return;
    default: {
      const unknown: never = fault;
      throw new Error(`unknown fault ${JSON.stringify(unknown)}`);
    }
  }
}

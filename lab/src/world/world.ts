import { failover, switchover, type BegunMove } from './moves.js';
import { corrupt } from './corrupt.js';
import { createDatabase, type NewDatabase } from './databases.js';
import { dismount, mount } from './mounting.js';
import {
  setCircularLogging,
  setCopyStatus,
  setExchangeVersion,
  setFreeBytes,
  setRate,
  setRestoresFail,
  setStorageServer,
  startMember,
  stopMember,
  type StoppedMember,
} from './operations.js';
import { statusOf, type WorldStatus } from './status.js';
import { WorldStore } from './store.js';

/**
 * An open lab, for those who inject faults and look at it. Databases are named by name or GUID, members in any spelling; an
 * impossible wish is refused with a WorldError. Moves are completed by the engine.
 */
export class World {
  private constructor(readonly store: WorldStore) {}

  static open(directory: string): World {
    return new World(WorldStore.open(directory));
  }

  get directory(): string {
    return this.store.directory;
  }

  status(): WorldStatus {
    return this.store.consistent(() => statusOf(this.store));
  }

  failover(database: string, to: string): BegunMove {
    return failover(this.store, database, to);
  }

  switchover(database: string, to: string): BegunMove {
    return switchover(this.store, database, to);
  }

  setCopyStatus(database: string, member: string, status: string, comment?: string): void {
    setCopyStatus(this.store, database, member, status, comment);
  }

  setRate(member: string, rateBytesPerSecond: number): void {
    setRate(this.store, member, rateBytesPerSecond);
  }

  stopMember(member: string): StoppedMember {
    return stopMember(this.store, member);
  }

  startMember(member: string): void {
    startMember(this.store, member);
  }

  dismount(database: string): void {
    dismount(this.store, database);
  }

  mount(database: string): void {
    mount(this.store, database);
  }

  setCircularLogging(database: string, on: boolean): void {
    setCircularLogging(this.store, database, on);
  }

  /** Answers with the members whose copies are corrupt now. */
  corrupt(database: string, member?: string): readonly string[] {
    return corrupt(this.store, database, member);
  }

  setRestoresFail(member: string, fail: boolean): void {
    setRestoresFail(this.store, member, fail);
  }

  setFreeBytes(member: string, freeBytes: number | null): void {
    setFreeBytes(this.store, member, freeBytes);
  }

  setExchangeVersion(member: string, version: string): void {
    setExchangeVersion(this.store, member, version);
  }

  /** Answers with its GUID. */
  createDatabase(database: NewDatabase): string {
    return createDatabase(this.store, database);
  }

  setStorageServer(up: boolean): void {
    setStorageServer(this.store, up);
  }

  close(): void {
    this.store.close();
  }
}

export function openWorld(directory: string): World {
  return World.open(directory);
}

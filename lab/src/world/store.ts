import { existsSync } from 'node:fs';
import Database from 'libsql';
import { unknownName, WorldError } from './errors.js';
import { worldFile } from './layout.js';
import type { CopyRow, DatabaseRow, MemberRow } from './rows.js';
import { SCHEMA } from './schema.js';

/** Longest wait for another process's transaction; transactions are a few milliseconds. */
const BUSY_TIMEOUT_MS = 15_000;

type Value = string | number | null;

/**
 * The lab's state, used by many processes at once: the engine, one host for each agent, every running backup client, and
 * the command line. Whatever reads and then writes does so inside {@link immediate}.
 */
export class WorldStore {
  /** By their text. The texts are written in the code, so there is an end to them. */
  private readonly statements = new Map<string, Database.Statement>();

  private constructor(
    readonly directory: string,
    private readonly connection: Database.Database,
  ) {}

  static create(directory: string): WorldStore {
    const database = new Database(worldFile(directory));
    database.exec('PRAGMA journal_mode = WAL');
    const store = WorldStore.prepare(directory, database);
    database.exec(SCHEMA);
    return store;
  }

  static open(directory: string): WorldStore {
    if (!existsSync(worldFile(directory))) {
      throw new WorldError([
        `${directory} is not a lab: it has no world.db; make one with \`npm run lab -- create ${directory}\``,
      ]);
    }
    return WorldStore.prepare(directory, new Database(worldFile(directory)));
  }

  private static prepare(directory: string, database: Database.Database): WorldStore {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.exec('PRAGMA synchronous = NORMAL');
    return new WorldStore(directory, database);
  }

  /** The row type is the caller's promise: it must fit the columns that the statement selects. */
  all<Row>(sql: string, ...values: readonly Value[]): readonly Row[] {
    return this.prepared(sql).all(...values) as Row[];
  }

  one<Row>(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.all<Row>(sql, ...values)[0];
  }

  /** Returns how many rows changed. */
  run(sql: string, ...values: readonly Value[]): number {
    return this.prepared(sql).run(...values).changes;
  }

  /** Runs the work as the only writer; a throw undoes it. Must not be nested, and must be short. */
  immediate<Result>(work: () => Result): Result {
    this.connection.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.connection.exec('COMMIT');
      return result;
    } catch (error) {
      this.connection.exec('ROLLBACK');
      throw error;
    }
  }

  /** Reads one consistent state, whatever others write meanwhile. Must not be nested. */
  consistent<Result>(read: () => Result): Result {
    this.connection.exec('BEGIN');
    try {
      return read();
    } finally {
      this.connection.exec('COMMIT');
    }
  }

  setting(key: string): string | undefined {
    return this.one<{ value: string }>('SELECT value FROM settings WHERE key = ?', key)?.value;
  }

  setSetting(key: string, value: string): void {
    this.run(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      value,
    );
  }

  members(): readonly MemberRow[] {
    return this.all<MemberRow>('SELECT * FROM members ORDER BY name');
  }

  databases(): readonly DatabaseRow[] {
    return this.all<DatabaseRow>('SELECT * FROM databases ORDER BY name');
  }

  copiesOf(guid: string): readonly CopyRow[] {
    return this.all<CopyRow>('SELECT * FROM copies WHERE database = ? ORDER BY preference', guid);
  }

  /** In any letter case, as short name or FQDN, as Exchange takes it. */
  member(name: string): MemberRow {
    const short = (name.trim().split('.')[0] ?? '').toUpperCase();
    const members = this.members();
    const found = members.find((each) => each.name.toUpperCase() === short);
    if (found === undefined)
      throw unknownName(
        'member',
        name,
        members.map((each) => each.name),
      );
    return found;
  }

  /** By name in any letter case, or by GUID. */
  database(nameOrGuid: string): DatabaseRow {
    const found =
      this.one<DatabaseRow>('SELECT * FROM databases WHERE guid = ?', nameOrGuid) ?? this.databaseNamed(nameOrGuid);
    if (found !== undefined) return found;
    throw unknownName(
      'database',
      nameOrGuid,
      this.databases().map((each) => each.name),
    );
  }

  private databaseNamed(nameOrGuid: string): DatabaseRow | undefined {
    const wanted = nameOrGuid.trim().toLowerCase();
    return this.databases().find((each) => each.name.toLowerCase() === wanted || each.guid === wanted);
  }

  copy(guid: string, member: string): CopyRow | undefined {
    return this.one<CopyRow>('SELECT * FROM copies WHERE database = ? AND member = ?', guid, member);
  }

  private prepared(sql: string): Database.Statement {
    const known = this.statements.get(sql) ?? this.connection.prepare(sql);
    this.statements.set(sql, known);
    return known;
  }

  close(): void {
    this.connection.close();
  }
}

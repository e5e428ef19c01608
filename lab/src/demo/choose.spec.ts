import { describe, expect, it } from '@jest/globals';
import type { RunView, TaskView } from '#contracts';
import type { CopyState, DatabaseStatus, MemberStatus, RunningBackup, WorldStatus } from '../world/index.js';
import { chooseFailover, chooseKill, seededRandom, type Situation } from './choose.js';

const member = (name: string, overrides: Partial<MemberStatus> = {}): MemberStatus => ({
  name,
  fqdn: `${name}.example`,
  site: 'S',
  storageServer: 'SP1',
  hasClient: true,
  stopped: false,
  rateBytesPerSecond: 1,
  activeDatabases: 0,
  runningBackups: 0,
  ...overrides,
});

const copy = (holder: string, overrides: Partial<CopyState> = {}): CopyState => ({
  member: holder,
  role: 'passive',
  status: 'Healthy',
  preference: 1,
  replayLagMs: 0,
  copyQueue: 0,
  replayQueue: 0,
  integrity: 'clean',
  suspendComment: null,
  errorMessage: null,
  ...overrides,
});

const database = (
  name: string,
  activeMember: string,
  copies: readonly CopyState[],
  overrides: Partial<DatabaseStatus> = {},
): DatabaseStatus => ({
  guid: `guid-${name}`,
  name,
  kind: 'dag',
  sizeBytes: 100,
  activeMember,
  mounted: true,
  allowFileRestore: false,
  movingTo: null,
  backupInProgress: true,
  circularLogging: false,
  generation: 1,
  lastFullAt: null,
  lastIncrementalAt: null,
  lastDifferentialAt: null,
  lastCopyAt: null,
  copies,
  ...overrides,
});

const task = (name: string, on: string, overrides: Partial<TaskView> = {}): TaskView => ({
  taskId: name,
  databaseGuid: `guid-${name}`,
  databaseName: name,
  kind: 'dag',
  copyNumber: 1,
  status: 'running',
  reason: '',
  rule: null,
  blocked: null,
  member: on,
  sizeBytes: '100',
  bytesDone: '10',
  attempts: [],
  ...overrides,
});

const active = (holder: string) => copy(holder, { role: 'active', status: 'Mounted' });
const backup = (name: string, on: string): RunningBackup => ({
  database: name,
  member: on,
  type: 'full',
  phase: 'transfer',
  pid: 1,
  startedAt: '2026-01-31T22:00:00.000Z',
});
/** DB1 is active on EX01 and backed up there; a passive copy on EX02. */
const onActive = database('DB1', 'EX01', [active('EX01'), copy('EX02')]);

function situation(overrides: {
  databases?: readonly DatabaseStatus[];
  tasks?: readonly TaskView[];
  backups?: readonly RunningBackup[];
  members?: readonly MemberStatus[];
  dead?: readonly string[];
  struck?: readonly string[];
  anyTarget?: boolean;
}): Situation {
  const world = {
    members: overrides.members ?? ['EX01', 'EX02', 'EX03'].map((name) => member(name)),
    databases: overrides.databases ?? [onActive],
    runningBackups: overrides.backups ?? [backup('DB1', 'EX01')],
  } as unknown as WorldStatus;
  return {
    run: { tasks: overrides.tasks ?? [task('DB1', 'ex01')] } as unknown as RunView,
    world,
    dead: new Set(overrides.dead),
    touched: new Set(),
    struck: new Set(overrides.struck),
    anyTarget: overrides.anyTarget ?? false,
    random: () => 0,
  };
}

describe('choosing a failover', () => {
  it('takes a database that is being backed up to the member with its other copy', () => {
    expect(chooseFailover(situation({}))).toMatchObject({ database: 'DB1', backupMember: 'ex01', to: 'EX02' });
  });

  it.each<[string, Parameters<typeof situation>[0]]>([
    ['is not running', { backups: [] }],
    ['is nearly done', { tasks: [task('DB1', 'ex01', { bytesDone: '90' })] }],
    ['the run is done with', { tasks: [task('DB1', 'ex01', { status: 'succeeded' })] }],
    ['is none of the run', { tasks: [] }],
    ['was struck before', { struck: ['guid-DB1'] }],
    ['is moving already', { databases: [{ ...onActive, movingTo: 'EX02' }] }],
    [
      'has only a lagged other copy',
      { databases: [{ ...onActive, copies: [active('EX01'), copy('EX02', { replayLagMs: 1 })] }] },
    ],
    [
      'has only a failed other copy',
      { databases: [{ ...onActive, copies: [active('EX01'), copy('EX02', { status: 'Failed' })] }] },
    ],
    ['could only go to a dead agent', { dead: ['ex02'] }],
    ['could only go to a member without client', { members: [member('EX01'), member('EX02', { hasClient: false })] }],
    ['could only go to a stopped server', { members: [member('EX01'), member('EX02', { stopped: true })] }],
  ])('leaves a database alone that %s', (_, change) => {
    expect(chooseFailover(situation(change))).toBeNull();
  });

  it('goes to the member that reads its own passive copy only when anything will do', () => {
    const passive = { backups: [backup('DB1', 'EX02')] };
    expect(chooseFailover(situation(passive))).toBeNull();
    expect(chooseFailover(situation({ ...passive, anyTarget: true }))).toMatchObject({
      backupMember: 'ex02',
      to: 'EX02',
    });
  });
});

describe('choosing an agent to kill', () => {
  it('takes one that works on a database which can go on elsewhere', () => {
    expect(chooseKill(situation({}), false)).toMatchObject({ memberId: 'ex01', database: 'DB1' });
  });

  it('takes one that a fault has touched only when there is no other, later on', () => {
    const touched = { ...situation({}), touched: new Set(['ex01']) };
    expect(chooseKill(touched, false)).toBeNull();
    expect(chooseKill({ ...touched, anyTarget: true }, false)).toMatchObject({ memberId: 'ex01' });
  });

  it('goes by what Exchange says when the run has not heard of it yet', () => {
    const late = { tasks: [task('DB1', 'ex01', { status: 'dispatched' })] };
    expect(chooseKill(situation(late), false)).toMatchObject({ memberId: 'ex01' });
  });

  it('never takes the last one', () => {
    expect(chooseKill(situation({ dead: ['ex02', 'ex03'] }), false)).toBeNull();
  });

  it('leaves one alone whose database could go on nowhere', () => {
    expect(
      chooseKill(situation({ members: [member('EX01'), member('EX02', { hasClient: false }), member('EX03')] }), false),
    ).toBeNull();
  });

  it('spares a member that holds a database alone when killed agents stay away', () => {
    const two = {
      databases: [
        onActive,
        database('DB2', 'EX02', [active('EX02'), copy('EX01')]),
        database('SA1', 'EX01', [active('EX01')], { kind: 'standalone' }),
      ],
      tasks: [task('DB1', 'ex01'), task('DB2', 'ex02')],
      backups: [backup('DB1', 'EX01'), backup('DB2', 'EX02')],
    };
    expect(chooseKill(situation(two), false)?.memberId).toBe('ex01');
    expect(chooseKill(situation(two), true)?.memberId).toBe('ex02');
  });
});

describe('numbers from a seed', () => {
  it('are the same for the same seed, and others for another', () => {
    const take = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
    expect(take(7).every((value) => value >= 0 && value < 1)).toBe(true);
  });
});

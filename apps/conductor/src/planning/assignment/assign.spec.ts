import { describe, expect, it } from '@jest/globals';
import { assign, lowerBound, type AssignmentJob, type AssignmentMember, type AssignmentProblem } from './index.js';

const MEMBERS = [member('a'), member('b'), member('c')];

function member(id: string, changes: Partial<AssignmentMember> = {}): AssignmentMember {
  return { id, streamsFreeAtMs: [0], ...changes };
}

/** A job that takes the same time on each of these members. */
function job(id: string, durationMs: number, members: string, changes: Partial<AssignmentJob> = {}): AssignmentJob {
  return { id, options: [...members].map((each) => ({ member: each, durationMs })), ...changes };
}

describe('assign', () => {
  it('lets all members finish together where greedy does not', () => {
    const jobs = [7, 7, 6, 6, 5, 5, 4, 4, 4].map((hours, index) => job(`j${index}`, hours, 'abc'));
    const plan = assign({ members: MEMBERS, jobs });
    expect(plan.finishMs).toBe(16);
    expect(plan.boundMs).toBeCloseTo(16, 2);
  });

  it('gives a member that is twice as fast twice the bytes', () => {
    const jobs = Array.from({ length: 9 }, (_, index) => ({
      id: `j${index}`,
      options: [
        { member: 'a', durationMs: 10 },
        { member: 'b', durationMs: 20 },
      ],
    }));
    const plan = assign({ members: MEMBERS, jobs });
    expect(plan.queues.get('a')).toHaveLength(6);
    expect(plan.queues.get('b')).toHaveLength(3);
  });

  it('reckons with what runs already', () => {
    const members = [member('a', { streamsFreeAtMs: [30] }), member('b')];
    const plan = assign({ members, jobs: [1, 2, 3, 4].map((n) => job(`j${n}`, 10, 'ab')) });
    expect(plan.queues.get('b')).toHaveLength(3);
    expect(plan.finishMs).toBe(40);
  });

  it('takes the copy that is liked best where the finish is the same, and only there', () => {
    const options = [
      { member: 'a', durationMs: 10, penalty: 2 },
      { member: 'b', durationMs: 10, penalty: 1 },
    ];
    const one = assign({ members: MEMBERS, jobs: [{ id: 'j', options }] });
    expect(one.placed.get('j')?.member).toBe('b');
    const jobs = [1, 2].map((n) => ({ id: `j${n}`, options }));
    const two = assign({ members: MEMBERS, jobs });
    expect(two.finishMs).toBe(10);
  });

  it('starts the higher priority first on its member', () => {
    const jobs = [job('large', 50, 'a'), job('urgent', 10, 'a', { priority: 1 })];
    expect(assign({ members: MEMBERS, jobs }).queues.get('a')).toEqual(['urgent', 'large']);
  });

  it('starts the higher priority first on a member that does several at once, even if it is done later so', () => {
    const members = [member('a', { streamsFreeAtMs: [0, 0] })];
    const urgent = ['u1', 'u2'].map((id) => job(id, 10, 'a', { priority: 1 }));
    const plan = assign({ members, jobs: [job('large', 20, 'a'), ...urgent] });
    expect(plan.queues.get('a')).toEqual(['u1', 'u2', 'large']);
  });

  it('names the same binding members of two parts that are alike, whichever comes first', () => {
    const jobs = [job('j1', 10, 'a'), job('j2', 10, 'b')];
    const bound = [{ kind: 'longestJob', name: 'j1', share: 1 }];
    const twice = [...jobs, job('j3', 10, 'a'), job('j4', 10, 'b')];
    expect(assign({ members: MEMBERS, jobs: jobs.toReversed() }).binding).toEqual(bound);
    expect(assign({ members: MEMBERS.toReversed(), jobs: twice }).binding).toMatchObject([{ name: 'a' }]);
  });

  it('puts the jobs of a group on different members, one after the other', () => {
    const jobs = ['1', '2', '3'].map((n) => job(`db/${n}`, 10, 'abc', { group: 'db' }));
    const plan = assign({ members: MEMBERS, jobs });
    expect(new Set([...plan.placed.values()].map((placed) => placed.member)).size).toBe(3);
    expect(plan.finishMs).toBe(30);
    expect(plan.boundMs).toBe(30);
    expect(plan.binding).toEqual([{ kind: 'longestJob', name: 'db/1', share: 1 }]);
  });

  it('finds room for a group although its first job took the only member of its second', () => {
    const jobs = [job('db/1', 10, 'ab', { group: 'db' }), job('db/2', 5, 'a', { group: 'db' })];
    const plan = assign({ members: MEMBERS, jobs });
    expect(plan.unplaced).toEqual([]);
    expect(plan.placed.get('db/1')?.member).toBe('b');
  });

  it('says what it cannot place, and why', () => {
    const jobs = [
      job('db/1', 10, 'ab', { group: 'db' }),
      job('db/2', 10, 'ab', { group: 'db' }),
      job('db/3', 10, 'ab', { group: 'db' }),
      job('nowhere', 10, ''),
      job('shut', 10, 'c'),
    ];
    const members = [member('a'), member('b'), member('c', { streamsFreeAtMs: [] })];
    expect(assign({ members, jobs }).unplaced).toEqual([
      { job: 'db/3', reason: 'group-needs-more-members' },
      { job: 'nowhere', reason: 'no-option' },
      { job: 'shut', reason: 'no-option' },
    ]);
  });

  it('plans nothing for no jobs', () => {
    const plan = assign({ members: MEMBERS, jobs: [] });
    expect(plan).toMatchObject({ unplaced: [], finishMs: 0, boundMs: 0, binding: [] });
  });

  it('tells which members bind', () => {
    const jobs = [job('j1', 10, 'a'), job('j2', 12, 'a'), job('j3', 5, 'bc')];
    expect(assign({ members: MEMBERS, jobs }).binding).toEqual([
      { kind: 'member', name: 'a', share: expect.closeTo(1) },
    ]);
  });
});

describe('a limit that members share', () => {
  const limits = [{ name: 'storage server S1', streams: 1, members: ['a', 'b'] }];

  it('lets no more start at once', () => {
    const plan = assign({ members: MEMBERS, jobs: [job('j1', 10, 'a'), job('j2', 10, 'b')], limits });
    expect(plan.finishMs).toBe(20);
    expect(plan.binding).toEqual([{ kind: 'limit', name: 'storage server S1', share: expect.closeTo(1) }]);
  });

  it('makes a slow member not worth its time under the limit', () => {
    const jobs = [1, 2, 3, 4].map((n) => ({
      id: `j${n}`,
      options: [
        { member: 'a', durationMs: 10 },
        { member: 'b', durationMs: 14 },
      ],
    }));
    expect(assign({ members: MEMBERS, jobs, limits }).finishMs).toBe(40);
  });

  it('counts the streams that are busy from before', () => {
    const members = [member('a', { streamsFreeAtMs: [30, 0] }), member('b')];
    const plan = assign({ members, jobs: [job('j1', 10, 'b')], limits });
    expect(plan.placed.get('j1')?.startMs).toBe(30);
  });

  it('of no streams shuts its members', () => {
    const none = [{ name: 'site S', streams: 0, members: ['a'] }];
    const plan = assign({ members: MEMBERS, jobs: [job('j1', 10, 'ab'), job('j2', 10, 'a')], limits: none });
    expect(plan.placed.get('j1')?.member).toBe('b');
    expect(plan.unplaced).toEqual([{ job: 'j2', reason: 'no-option' }]);
  });
});

describe('a problem that contradicts itself', () => {
  const jobs = [job('j', 10, 'a')];
  it.each<[string, AssignmentProblem]>([
    ['member a is listed twice', { members: [member('a'), member('a')], jobs }],
    ['a stream of member a is free at -1', { members: [member('a', { streamsFreeAtMs: [-1] })], jobs }],
    ['member a has a start gap of NaN', { members: [member('a', { startGapMs: NaN })], jobs }],
    ['job j is listed twice', { members: MEMBERS, jobs: [...jobs, ...jobs] }],
    ['job j has the priority Infinity', { members: MEMBERS, jobs: [job('j', 1, 'a', { priority: Infinity })] }],
    ['job j has an option on x, which is not listed', { members: MEMBERS, jobs: [job('j', 1, 'x')] }],
    ['job j has two options on member a', { members: MEMBERS, jobs: [job('j', 1, 'aa')] }],
    ['job j would take NaN ms on member a', { members: MEMBERS, jobs: [job('j', NaN, 'a')] }],
    [
      'the limit "L" allows 1.5 streams',
      { members: MEMBERS, jobs, limits: [{ name: 'L', streams: 1.5, members: [] }] },
    ],
    ['the limit "L" is for x', { members: MEMBERS, jobs, limits: [{ name: 'L', streams: 1, members: ['x'] }] }],
    ['the limit "L" lists', { members: MEMBERS, jobs, limits: [{ name: 'L', streams: 1, members: ['a', 'a'] }] }],
  ])('is refused: %s', (what, problem) => {
    expect(() => assign(problem)).toThrow(what);
    expect(() => lowerBound(problem)).toThrow(what);
  });
});

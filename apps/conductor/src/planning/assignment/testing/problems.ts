import fc from 'fast-check';
import type { AssignmentProblem } from '../problem.js';

/** Numbers from which {@link problemOf} makes a problem: small, and with everything in it that a problem may have. */
export interface RawProblem {
  readonly members: readonly { readonly freeAtMs: readonly number[]; readonly gapMs: number }[];
  readonly jobs: readonly {
    readonly options: readonly { readonly member: number; readonly durationMs: number; readonly penalty: number }[];
    readonly group: number;
    readonly priority: number;
  }[];
  readonly limits: readonly { readonly streams: number; readonly members: readonly number[] }[];
}

export function rawProblem(): fc.Arbitrary<RawProblem> {
  const freeAtMs = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(200));
  const member = fc.record({
    freeAtMs: fc.array(freeAtMs, { maxLength: 3 }),
    gapMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(50)),
  });
  const option = fc.record({ member: fc.nat(5), durationMs: fc.nat(300), penalty: fc.nat(3) });
  const job = fc.record({
    options: fc.uniqueArray(option, { maxLength: 4, selector: (each) => each.member }),
    group: fc.nat(8),
    priority: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(2)),
  });
  const limit = fc.record({ streams: fc.nat(3), members: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 6 }) });
  return fc.record({
    members: fc.array(member, { minLength: 6, maxLength: 6 }),
    jobs: fc.array(job, { maxLength: 14 }),
    limits: fc.array(limit, { maxLength: 2 }),
  });
}

export function problemOf(raw: RawProblem): AssignmentProblem {
  return {
    members: raw.members.map(({ freeAtMs, gapMs }, index) => ({
      id: `m${index}`,
      streamsFreeAtMs: freeAtMs,
      startGapMs: gapMs,
    })),
    jobs: raw.jobs.map(({ options, group, priority }, index) => ({
      id: `j${String(index).padStart(2, '0')}`,
      options: options.map((option) => ({ ...option, member: `m${option.member}` })),
      // Most jobs are alone; the rest share a few groups.
      ...(group < 3 ? { group: `g${group}` } : {}),
      priority,
    })),
    limits: raw.limits.map(({ streams, members }, index) => ({
      name: `limit ${index}`,
      streams,
      members: members.map((member) => `m${member}`),
    })),
  };
}

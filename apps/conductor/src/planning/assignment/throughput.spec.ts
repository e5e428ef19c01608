import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { corrected, expected, learn, LEARNING_SETTINGS, rateKey, type Observation, type Throughput } from './index.js';

const NOTHING: Throughput = new Map();
const GB = 1_000_000_000;

function backup(member: string, megabytesPerSecond: number, changes: Partial<Observation> = {}): Observation {
  return {
    member,
    backupType: 'full',
    bytes: 100 * GB,
    durationMs: (100_000 / megabytesPerSecond) * 1_000,
    ...changes,
  };
}

function learned(...observations: readonly Observation[]): Throughput {
  return observations.reduce((known, each) => learn(known, each), NOTHING);
}

describe('throughput', () => {
  it('is assumed where nothing is known, and says so', () => {
    expect(expected(NOTHING, 'ex01', 'full')).toEqual({
      bytesPerSecond: LEARNING_SETTINGS.assumedBytesPerSecond,
      confidence: 0,
      source: 'assumed',
    });
  });

  it('of a new member is the median of its peers for that type', () => {
    const known = learned(
      backup('ex01', 100),
      backup('ex02', 300),
      backup('ex03', 200),
      backup('ex02', 900, { backupType: 'incremental' }),
    );
    expect(expected(known, 'ex04', 'full')).toEqual({ bytesPerSecond: 200e6, confidence: 0, source: 'otherMembers' });
  });

  it('comes from the first backup, and follows those after it', () => {
    const one = learned(backup('ex01', 100));
    expect(expected(one, 'ex01', 'full').bytesPerSecond).toBeCloseTo(100e6);
    const steady = Array.from({ length: 20 }, () => backup('ex01', 200));
    expect(expected(learned(backup('ex01', 100), ...steady), 'ex01', 'full').bytesPerSecond).toBeCloseTo(200e6, -6);
  });

  it('is not thrown off by one bad night', () => {
    const steady = Array.from({ length: 10 }, () => backup('ex01', 200));
    const after = expected(learned(...steady, backup('ex01', 1)), 'ex01', 'full');
    expect(after.bytesPerSecond).toBeGreaterThan(150e6);
  });

  it('is trusted more the more backups agree', () => {
    const few = learned(backup('ex01', 100), backup('ex01', 110));
    const many = learned(...Array.from({ length: 10 }, () => backup('ex01', 100)));
    const wild = learned(...Array.from({ length: 10 }, (_, index) => backup('ex01', index % 2 === 0 ? 60 : 140)));
    const of = (known: Throughput): number => expected(known, 'ex01', 'full').confidence;
    expect(of(many)).toBeGreaterThan(of(few));
    expect(of(many)).toBeGreaterThan(of(wild));
  });

  it('keeps the types apart', () => {
    const known = learned(backup('ex01', 100), backup('ex01', 20, { backupType: 'incremental' }));
    expect(known.get(rateKey('ex01', 'incremental'))?.bytesPerSecond).toBeCloseTo(20e6);
  });

  it.each([
    ['too small to tell', { bytes: 1_000 }],
    ['without time', { durationMs: 0 }],
    ['with a clock that ran backwards', { durationMs: -5 }],
    ['of no known size', { bytes: NaN }],
    ['of no known length', { durationMs: NaN }],
  ])('ignores a backup %s', (_, changes) => {
    expect(learn(NOTHING, backup('ex01', 100, changes))).toBe(NOTHING);
  });

  it('stays between the slowest and the fastest seen', () => {
    const rates = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(rates, (all) => {
        const { bytesPerSecond } = expected(learned(...all.map((rate) => backup('ex01', rate))), 'ex01', 'full');
        expect(bytesPerSecond).toBeGreaterThanOrEqual(Math.min(...all) * 1e6 * (1 - 1e-9));
        expect(bytesPerSecond).toBeLessThanOrEqual(Math.max(...all) * 1e6 * (1 + 1e-9));
      }),
    );
  });

  it('is corrected within a run by what the run measures, little at first and nearly wholly in the end', () => {
    const minute = { bytes: 60 * 50e6, busyMs: 60_000 };
    const hours = { bytes: 10 * 3_600 * 50e6, busyMs: 36_000_000 };
    expect(corrected(100e6, { bytes: 0, busyMs: 0 })).toBe(100e6);
    expect(corrected(100e6, minute)).toBeGreaterThan(80e6);
    expect(corrected(100e6, hours)).toBeLessThan(51e6);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Bucket, BURST_MS, type BucketClock } from './bucket.js';

class FakeClock implements BucketClock {
  now = 0;
  nowMs(): number {
    return this.now;
  }
  wait(ms: number): Promise<void> {
    this.now += ms;
    return Promise.resolve();
  }
}

describe('the bucket', () => {
  it('gives no more than the rate', async () => {
    const clock = new FakeClock();
    const bucket = new Bucket({ check: () => undefined, shareBytesPerSecond: () => 1_000 }, clock);
    for (let taken = 0; taken < 10_000; taken += 100) await bucket.take(100);
    expect(clock.now).toBe(10_000);
  });

  it('follows a rate that changes, and catches up only a little after a pause', async () => {
    const clock = new FakeClock();
    let share = 1_000;
    const bucket = new Bucket({ check: () => undefined, shareBytesPerSecond: () => share }, clock);
    await bucket.take(1_000);
    expect(clock.now).toBe(1_000);
    share = 500;
    await bucket.take(1_000);
    expect(clock.now).toBe(3_000);
    clock.now += 60_000;
    share = 1_000;
    for (let taken = 0; taken < 1_000; taken += 50) await bucket.take(50);
    expect(clock.now).toBe(63_000 + 1_000 - BURST_MS);
  });

  it('asks before every wait whether to go on', async () => {
    const clock = new FakeClock();
    const check = (): void => {
      if (clock.now > 500) throw new Error('the database moved');
    };
    await expect(new Bucket({ check, shareBytesPerSecond: () => 1 }, clock).take(1_000)).rejects.toThrow(
      'the database moved',
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { TransactionQueue } from './transaction-queue.js';

describe('the queue of transactions', () => {
  it('refuses work when too much waits, and takes work again afterwards', async () => {
    const queue = new TransactionQueue(2);
    const order: string[] = [];
    const first = queue.run(async () => order.push('first'));
    const second = queue.run(async () => order.push('second'));
    await expect(queue.run(async () => order.push('third'))).rejects.toThrow('2 others already wait');
    await Promise.all([first, second]);
    await queue.run(async () => order.push('fourth'));
    expect(order).toEqual(['first', 'second', 'fourth']);
  });

  it('begins a piece of work only when the one before is over', async () => {
    const queue = new TransactionQueue();
    const steps: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      steps.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`${name} ends`);
    };
    await Promise.all([queue.run(work('a')), queue.run(work('b'))]);
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('goes on after a failure', async () => {
    const queue = new TransactionQueue();
    const failing = queue.run(() => Promise.reject(new Error('disk')));
    const next = queue.run(async () => 'done');
    await expect(failing).rejects.toThrow('disk');
    expect(await next).toBe('done');
  });
});

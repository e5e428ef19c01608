import { describe, expect, it } from '@jest/globals';
import { ConsoleUnderTest } from './testing/console-under-test.js';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const listeners = () => SIGNALS.map((signal) => process.listenerCount(signal));

describe('the application', () => {
  it('leaves signals to the process: whoever listened too would end it with an exit code of a failure', async () => {
    const before = listeners();
    const console = await ConsoleUnderTest.start({});
    try {
      expect(listeners()).toEqual(before);
    } finally {
      await console.stop();
    }
  });

  it('keeps an unused connection for longer than a proxy in front of it would', async () => {
    const console = await ConsoleUnderTest.start({});
    try {
      const answer = await fetch(`${console.url}/api`);
      expect(answer.headers.get('keep-alive')).toBe('timeout=75');
    } finally {
      await console.stop();
    }
  });
});

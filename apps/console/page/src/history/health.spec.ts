import { describe, expect, it } from '@jest/globals';
import type { DoctorFinding } from '#contracts';
import { shownOf } from './health.js';

const finding = (parts: Partial<DoctorFinding>): DoctorFinding => ({
  check: 'agents',
  state: 'notChecked',
  text: 'The inventory gives no answer.',
  commands: [],
  ...parts,
});

describe('what is shown of findings', () => {
  it('is one silence with all that it leaves unknown, and each of the others by itself', () => {
    const problem = finding({ state: 'problem', text: 'EX02 is silent.' });
    const shown = shownOf([
      problem,
      problem,
      finding({}),
      finding({ check: 'window', text: 'The conductor gives no answer.' }),
      finding({ check: 'backups' }),
    ]);
    expect(shown.map(({ checks, text }) => [checks, text])).toEqual([
      [['agents'], 'EX02 is silent.'],
      [['agents'], 'EX02 is silent.'],
      [['agents', 'backups'], 'The inventory gives no answer.'],
      [['window'], 'The conductor gives no answer.'],
    ]);
  });
});

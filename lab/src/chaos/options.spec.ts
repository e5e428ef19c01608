import { describe, expect, it } from '@jest/globals';
import { OptionError } from '../cli/quantities.js';
import { readChaosOptions } from './options.js';

describe('the command line of a chaos run', () => {
  it('takes kills, seed and a file', () => {
    expect(readChaosOptions({ kills: '40', seed: '9' })).toEqual({ kills: 40, seed: 9 });
    expect(readChaosOptions({ kills: '1', seed: '0', json: 'result.json' })).toMatchObject({
      jsonFile: expect.stringContaining('result.json'),
    });
  });

  it('tells everything that is wrong, each with its option', () => {
    const read = (): unknown => readChaosOptions({ kills: '0', seed: 'x', json: 'no/such/folder/file' });
    expect(read).toThrow(OptionError);
    expect(read).toThrow(/--kills: .*\n--seed: .*\n--json: /);
  });
});

import { describe, expect, it } from '@jest/globals';
import { RESTORE_SPELLING, RestoreSpellingConfig } from './restore-spelling.js';

describe('the spelling of a restore', () => {
  it('can be configured word for word, and is the assumed one until it is', () => {
    expect({ ...new RestoreSpellingConfig() }).toEqual(RESTORE_SPELLING);
  });
});

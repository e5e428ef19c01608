import { describe, expect, it } from '@jest/globals';
import { LONGEST_REDELIVERY_MS } from '#messaging';
import { ConductorConfig, TimingConfig, checkConfig } from './config.js';

function configured(timing: Partial<TimingConfig>): ConductorConfig {
  return Object.assign(new ConductorConfig(), { timing: Object.assign(new TimingConfig(), timing) });
}

describe('the configuration of the conductor', () => {
  it('keeps runs longer than the marks of messages about them', () => {
    const DAY_MS = 24 * 60 * 60 * 1_000;
    expect(() => checkConfig(configured({}))).not.toThrow();
    expect(() => checkConfig(configured({ runRetentionMs: 2 * DAY_MS, inboxRetentionMs: 3 * DAY_MS }))).toThrow(
      'timing.runRetentionMs (172800000) must be longer than timing.inboxRetentionMs',
    );
  });

  it('keeps the marks of messages for longer than they may be delivered again', () => {
    expect(() => checkConfig(configured({ inboxRetentionMs: LONGEST_REDELIVERY_MS + 1 }))).not.toThrow();
    expect(() => checkConfig(configured({ inboxRetentionMs: LONGEST_REDELIVERY_MS }))).toThrow(
      'timing.inboxRetentionMs',
    );
  });
});

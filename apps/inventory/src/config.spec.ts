import { describe, expect, it } from '@jest/globals';
import { LONGEST_REDELIVERY_MS } from '#messaging';
import { loadConfig } from '#service';
import { InventoryConfig, checkConfig } from './config.js';

const BROKER = { DAG_BROKER_URL: 'amqp://localhost' };

describe('the configuration of the inventory', () => {
  it('needs a broker only', () => {
    const config = loadConfig(InventoryConfig, { argv: [], env: BROKER });
    expect(config).toMatchObject({
      dataDir: 'data/inventory',
      silentAfterMs: 8_000,
      tickMs: 500,
      broker: { verifySender: true },
    });
  });

  it('names every fault at once', () => {
    const env = { ...BROKER, DAG_SILENT_AFTER_MS: '10', DAG_TICK_MS: 'soon', DAG_REMEMBER_MS: '1' };
    const load = () => loadConfig(InventoryConfig, { argv: [], env });
    expect(load).toThrow('silentAfterMs');
    expect(load).toThrow('DAG_TICK_MS');
    expect(load).toThrow('rememberMs');
  });

  it('remembers messages for longer than they may be delivered again', () => {
    const load = (rememberMs: number) =>
      checkConfig(loadConfig(InventoryConfig, { argv: [], env: { ...BROKER, DAG_REMEMBER_MS: String(rememberMs) } }));
    expect(() => load(LONGEST_REDELIVERY_MS + 1)).not.toThrow();
    expect(() => load(LONGEST_REDELIVERY_MS)).toThrow('rememberMs');
  });
});

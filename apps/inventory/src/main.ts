import { Logger } from '@nestjs/common';
import { jsonLogger, loadConfig, runService } from '#service';
import { InventoryConfig } from './config.js';
import { startInventory } from './start-inventory.js';

await runService(async () => {
  Logger.overrideLogger(jsonLogger('inventory'));
  return startInventory(loadConfig(InventoryConfig));
});

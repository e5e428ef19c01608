import { jsonLogger, loadConfig, runService } from '#service';
import { Logger } from '@nestjs/common';
import { ConductorConfig } from './config.js';
import { startConductor } from './start-conductor.js';

await runService(async () => {
  Logger.overrideLogger(jsonLogger('conductor'));
  return startConductor(loadConfig(ConductorConfig));
});

import './heap.js';
import { Logger } from '@nestjs/common';
import { jsonLogger, loadConfig, runService } from '#service';
import { ConsoleConfig } from './config.js';
import { startConsole } from './start-console.js';

await runService(async () => {
  Logger.overrideLogger(jsonLogger('console'));
  return startConsole(loadConfig(ConsoleConfig));
});

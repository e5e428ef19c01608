import { ConsoleLogger, type LogLevel } from '@nestjs/common';

const LEVELS = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const satisfies readonly LogLevel[];

type LineOptions = Parameters<ConsoleLogger['getJsonLogObject']>[1];

/**
 * One JSON object a line, errors too on stdout. An object given as the message is put into the line itself, so that its `event` and other
 * fields can be searched without unpacking.
 */
class JsonLogger extends ConsoleLogger {
  protected override getJsonLogObject(
    message: unknown,
    options: LineOptions,
  ): ReturnType<ConsoleLogger['getJsonLogObject']> {
    const line = super.getJsonLogObject(message, options);
    const isRecord =
      typeof message === 'object' && message !== null && !Array.isArray(message) && !(message instanceof Error);
    return isRecord ? { ...line, message: undefined, ...message } : line;
  }

  protected override printAsJson(message: unknown, options: LineOptions): void {
    super.printAsJson(message, { ...options, writeStreamType: 'stdout' });
  }
}

/** Nest's logger for a service: `NestFactory.createMicroservice(Module, { logger: jsonLogger('conductor'), … })`. */
export function jsonLogger(service: string, level: LogLevel = 'log'): ConsoleLogger {
  const logLevels = LEVELS.slice(0, LEVELS.indexOf(level) + 1);
  return new JsonLogger(service, { json: true, colors: false, logLevels });
}

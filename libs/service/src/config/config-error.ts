/** The configuration is wrong; every fault is named. Ends the process with code 2. */
export class ConfigError extends Error {
  readonly exitCode = 2;

  constructor(
    where: string,
    readonly faults: readonly string[],
  ) {
    super(`${where} is wrong: ${faults.join('; ')}`);
    this.name = 'ConfigError';
  }
}

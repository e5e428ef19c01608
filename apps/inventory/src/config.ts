import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength, ValidateNested } from 'class-validator';
import { retentionProblem } from '#messaging';
import { BrokerConfig, ConfigError, MonitoringConfig } from '#service';
import { DEFAULT_SETTINGS } from './domain/state.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Health and metrics. */
export class InventoryMonitoringConfig extends MonitoringConfig {
  override readonly port: number = 9_441;
}

export class InventoryConfig {
  @ValidateNested()
  @Type(() => BrokerConfig)
  readonly broker: BrokerConfig = new BrokerConfig();

  /** PostgreSQL instead of the embedded database; `DATABASE_URL` does the same. Several inventories may then run, of which one acts. */
  @IsOptional()
  @IsString()
  readonly databaseUrl?: string;

  /** A file with that URL in it, for the secret that it contains. */
  @IsOptional()
  @IsString()
  readonly databaseUrlFile?: string;

  /** Holds inventory.db, the embedded database; belongs to one running inventory. */
  @IsString()
  @MinLength(1)
  @MaxLength(4_000)
  readonly dataDir: string = 'data/inventory';

  /** An agent not heard for this long is silent. Several heartbeats of the agents must fit. */
  @IsInt()
  @Min(1_000)
  @Max(60 * 60 * 1_000)
  readonly silentAfterMs: number = DEFAULT_SETTINGS.silentAfterMs;

  /** A member's own report older than this is no longer believed before those of other members. */
  @IsInt()
  @Min(1_000)
  @Max(DAY_MS)
  readonly reportMaxAgeMs: number = DEFAULT_SETTINGS.reportMaxAgeMs;

  /** How often it is looked whether somebody has fallen silent. */
  @IsInt()
  @Min(50)
  @Max(60_000)
  readonly tickMs: number = 500;

  /** How long it is remembered which messages were handled and sent; longer than any may be on its way. */
  @IsInt()
  @Min(60_000)
  @Max(365 * DAY_MS)
  readonly rememberMs: number = 7 * DAY_MS;

  /** How long it is remembered what was done at the consoles, and what tokens there were. */
  @IsInt()
  @Min(DAY_MS)
  @Max(10 * 365 * DAY_MS)
  readonly auditRetentionMs: number = 400 * DAY_MS;

  @ValidateNested()
  @Type(() => InventoryMonitoringConfig)
  readonly monitoring: InventoryMonitoringConfig = new InventoryMonitoringConfig();
}

/** What no single key can say. */
export function checkConfig({ rememberMs }: InventoryConfig): void {
  const tooShort = retentionProblem('rememberMs', rememberMs);
  if (tooShort) throw new ConfigError('the configuration', [tooShort]);
}

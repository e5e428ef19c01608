import { hostname } from 'node:os';
import { RestoreSpellingConfig } from '#contracts';
import { BrokerConfig, MonitoringConfig } from '#service';
import { Type } from 'class-transformer';
import { IANAZone } from 'luxon';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateNested,
} from 'class-validator';

const PATH_MAX_LENGTH = 4_000;
const NAME_MAX_LENGTH = 200;
const ARGUMENTS_MAX = 50;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Loading the Exchange shell takes seconds, so the host stays up (reference 2.1). */
const HOST_ARGUMENTS = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', 'exchange-host.ps1'];

export class ExchangeHostConfig {
  @IsString()
  @MinLength(1)
  @MaxLength(PATH_MAX_LENGTH)
  readonly command: string = 'powershell.exe';

  @IsArray()
  @ArrayMaxSize(ARGUMENTS_MAX)
  @IsString({ each: true })
  @MaxLength(PATH_MAX_LENGTH, { each: true })
  readonly args: readonly string[] = HOST_ARGUMENTS;

  @IsInt()
  @Min(SECOND_MS)
  @Max(HOUR_MS)
  readonly requestTimeoutMs: number = MINUTE_MS;

  /** For what changes something. A mount after a restore replays the logs first, which takes its time. */
  @IsInt()
  @Min(SECOND_MS)
  @Max(DAY_MS)
  readonly changeTimeoutMs: number = 30 * MINUTE_MS;
}

export class TdpexccConfig {
  @IsString()
  @MinLength(1)
  @MaxLength(PATH_MAX_LENGTH)
  readonly command: string = 'tdpexcc.exe';

  /** Stand before the arguments of every call. */
  @IsArray()
  @ArrayMaxSize(ARGUMENTS_MAX)
  @IsString({ each: true })
  @MaxLength(PATH_MAX_LENGTH, { each: true })
  readonly args: readonly string[] = [];

  @IsString()
  @MinLength(1)
  @MaxLength(PATH_MAX_LENGTH)
  readonly configFile: string = 'tdpexc.cfg';

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(PATH_MAX_LENGTH)
  readonly optFile?: string;

  /** The node name that all members of the DAG share on the storage server. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(NAME_MAX_LENGTH)
  readonly dagNode?: string;

  /** Default: `tdpexcc-logs` in the data folder. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(PATH_MAX_LENGTH)
  readonly logDirectory?: string;

  /** The words of `tdpexcc restore` that are spelled otherwise than assumed; empty: leave it out. */
  @ValidateNested()
  @Type(() => RestoreSpellingConfig)
  readonly restoreSpelling: RestoreSpellingConfig = new RestoreSpellingConfig();

  /** In which the client writes its times: `local`, or a name like `Europe/Berlin`. */
  @IsString()
  @MaxLength(NAME_MAX_LENGTH)
  @ValidateBy({
    name: 'isTimeZone',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && (value === 'local' || IANAZone.isValidZone(value)),
      defaultMessage: () => '$property must be "local" or a time zone like Europe/Berlin',
    },
  })
  readonly timeZone: string = 'local';

  /** `advisory`: exit code 0 is success although Exchange's last-backup header did not move. */
  @IsIn(['required', 'advisory'])
  readonly proof: 'required' | 'advisory' = 'required';
}

/** Health and metrics. */
export class NodeAgentMonitoringConfig extends MonitoringConfig {
  override readonly port: number = 9_442;
}

export class NodeAgentConfig {
  @IsDefined()
  @ValidateNested()
  @Type(() => BrokerConfig)
  readonly broker!: BrokerConfig;

  /** The Exchange server that this agent stands on; any spelling. */
  @IsString()
  @MaxLength(NAME_MAX_LENGTH)
  @Matches(/[A-Za-z0-9]/)
  readonly member: string = hostname();

  /** The storage server that this member's backups go to; members that name the same one share its session limit. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(NAME_MAX_LENGTH)
  readonly storageServer?: string;

  /** The journal and the log files of the client. One agent only. */
  @IsString()
  @MinLength(1)
  @MaxLength(PATH_MAX_LENGTH)
  readonly dataDir!: string;

  @ValidateNested()
  @Type(() => ExchangeHostConfig)
  readonly exchangeHost: ExchangeHostConfig = new ExchangeHostConfig();

  @ValidateNested()
  @Type(() => TdpexccConfig)
  readonly tdpexcc: TdpexccConfig = new TdpexccConfig();

  /** How often the member looks at its databases and reports them. */
  @IsInt()
  @Min(SECOND_MS)
  @Max(HOUR_MS)
  readonly pollMs: number = 15 * SECOND_MS;

  /** How often the backup client is asked for the backups that exist; it is asked too when one was made here, and by order. */
  @IsInt()
  @Min(SECOND_MS)
  @Max(DAY_MS)
  readonly catalogueMs: number = 15 * MINUTE_MS;

  @IsInt()
  @Min(100)
  @Max(5 * MINUTE_MS)
  readonly heartbeatMs: number = 2 * SECOND_MS;

  @IsInt()
  @Min(SECOND_MS)
  @Max(7 * DAY_MS)
  readonly attemptTimeoutMs: number = DAY_MS;

  /** How long to wait, after a kill or a restart, for Exchange to say that no backup is in progress. */
  @IsInt()
  @Min(SECOND_MS)
  @Max(DAY_MS)
  readonly releaseWaitMs: number = 10 * MINUTE_MS;

  /** How long to wait, after exit code 0, for Exchange's last-backup header to move. */
  @IsInt()
  @Min(SECOND_MS)
  @Max(HOUR_MS)
  readonly proofWaitMs: number = 30 * SECOND_MS;

  /** How long an accepted order waits for its lease. */
  @IsInt()
  @Min(SECOND_MS)
  @Max(DAY_MS)
  readonly grantWaitMs: number = 5 * MINUTE_MS;

  @IsInt()
  @Min(HOUR_MS)
  @Max(365 * DAY_MS)
  readonly journalRetentionMs: number = 7 * DAY_MS;

  @ValidateNested()
  @Type(() => NodeAgentMonitoringConfig)
  readonly monitoring: NodeAgentMonitoringConfig = new NodeAgentMonitoringConfig();
}

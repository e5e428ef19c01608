import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { BrokerConfig, MonitoringConfig } from '#service';

const PATH_MAX_LENGTH = 4_000;

/** Certificate and key of the console, as PEM files. */
export class TlsConfig {
  @IsString() @MinLength(1) @MaxLength(PATH_MAX_LENGTH) readonly certificateFile!: string;
  @IsString() @MinLength(1) @MaxLength(PATH_MAX_LENGTH) readonly keyFile!: string;
}

/** Health and metrics, beside what viewers see. */
export class ConsoleMonitoringConfig extends MonitoringConfig {
  override readonly port: number = 9_443;
}

export class ConsoleConfig {
  @ValidateNested()
  @Type(() => BrokerConfig)
  readonly broker: BrokerConfig = new BrokerConfig();

  /** On another address than this machine's own, TLS is needed, or a proxy in front that does it. */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  readonly address: string = '127.0.0.1';

  /** 0: whichever is free. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  readonly port: number = 8_300;

  @IsOptional()
  @ValidateNested()
  @Type(() => TlsConfig)
  readonly tls?: TlsConfig;

  /** True: a proxy in front of the console does TLS, and tells the viewer's address in X-Forwarded-For. */
  @IsBoolean()
  readonly behindTlsProxy: boolean = false;

  /** Where the console is reached from outside, for the link of the first start. Default: address and port. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  readonly publicUrl?: string;

  @ValidateNested()
  @Type(() => ConsoleMonitoringConfig)
  readonly monitoring: ConsoleMonitoringConfig = new ConsoleMonitoringConfig();
}

import { IsBoolean, IsInt, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';

/** The `monitoring` section of every service's configuration; each service has a port of its own. */
export class MonitoringConfig {
  @IsBoolean()
  readonly enabled: boolean = true;

  /** Whoever reaches it may read: on another address than this machine's own it needs a firewall. */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  readonly address: string = '127.0.0.1';

  /** 0: whichever is free. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  readonly port: number = 0;
}

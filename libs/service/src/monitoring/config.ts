import { IsBoolean, IsInt, IsIP, Max, Min } from 'class-validator';

/** The `monitoring` section of every service's configuration; each service has a port of its own. */
export class MonitoringConfig {
  @IsBoolean()
  readonly enabled: boolean = true;

  /**
   * Whoever reaches it may read: on another address than this machine's own it needs a firewall. A number and no name, so that no
   * service waits at its start for a name to be looked up.
   */
  @IsIP()
  readonly address: string = '127.0.0.1';

  /** 0: whichever is free. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  readonly port: number = 0;
}

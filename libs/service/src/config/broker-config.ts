import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { IsBoolean, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { ConfigError } from './config-error.js';

/** The `broker` section of every service's configuration. */
export class BrokerConfig {
  /** Several hosts of a cluster: several URLs with commas between them. */
  @IsOptional()
  @Matches(/^amqps?:\/\//, { message: '$property must begin with amqp:// or amqps://' })
  readonly url?: string;

  /** A file with the URL in it; for the secret that it contains. */
  @IsOptional()
  @IsString()
  @MaxLength(4_000)
  readonly urlFile?: string;

  /** False where one broker user serves all. */
  @IsBoolean()
  readonly verifySender: boolean = true;

  /** The URL, from wherever it is given. */
  amqpUrl(): string {
    if (this.url !== undefined && this.urlFile === undefined) return this.url;
    if (this.urlFile === undefined)
      throw new ConfigError('the configuration', ['broker.url or broker.urlFile must be given']);
    if (this.url !== undefined)
      throw new ConfigError('the configuration', ['broker.url and broker.urlFile must not both be given']);
    try {
      return readFileSync(this.urlFile, 'utf8').trim();
    } catch (error) {
      throw new ConfigError('the configuration', [
        `broker.urlFile ${this.urlFile} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      ]);
    }
  }
}

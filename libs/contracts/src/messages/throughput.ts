import { Type } from 'class-transformer';
import { IsArray, IsInt, IsNumber, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { defineQuery } from '../message.js';
import { IsId, IsOneOf } from '../validators.js';
import { BACKUP_TYPES, type BackupType } from '../vocabulary.js';

export class ThroughputQuery {
  /** Default: every member. */
  @IsOptional() @IsId() readonly member?: string;
}

/** What one backup on a member moves in a second, learned from backups that ended well. */
export class ThroughputView {
  @IsId() readonly member!: string;
  @IsOneOf(BACKUP_TYPES) readonly backupType!: BackupType;
  @IsInt() @Min(0) readonly bytesPerSecond!: number;
  /** How far single backups are from it on average, as a share of it. */
  @IsNumber() @Min(0) readonly spreadShare!: number;
  /** How many backups it was learned from. */
  @IsInt() @Min(1) readonly observations!: number;
  /** 0: assumed. Towards 1: learned from many backups that agree. */
  @IsNumber() @Min(0) @Max(1) readonly confidence!: number;
}

export class ThroughputList {
  @IsArray() @ValidateNested({ each: true }) @Type(() => ThroughputView) readonly rates!: readonly ThroughputView[];
}

export const GetThroughput = defineQuery({
  type: 'dag.throughput.get.v1',
  kind: 'query',
  exchange: 'dag.queries',
  route: 'conductor',
  data: ThroughputQuery,
  reply: ThroughputList,
  summary: 'What the members were seen to do in earlier runs, by backup type: what plans reckon with.',
  durable: false,
});

import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { defineMessage, defineQuery } from '../message.js';
import { IsId, IsOneOf } from '../validators.js';
import { DatabaseView, InventorySnapshot, MemberView } from '../views.inventory.js';
import { MOVE_CATEGORIES, type MoveCategory } from '../vocabulary.js';

const WAIT_MAX_MS = 10 * 60 * 1_000;

export class DatabaseMove {
  @IsObject() @ValidateNested() @Type(() => DatabaseView) readonly database!: DatabaseView;
  @IsOptional() @IsId() readonly fromMember!: string | null;
  @IsId() readonly toMember!: string;
  @IsOneOf(MOVE_CATEGORIES) readonly category!: MoveCategory;
  @IsId() readonly observedBy!: string;
  @IsOptional() @IsString() @MaxLength(200) readonly operationId?: string;
}

export class DatabaseChange {
  @IsObject() @ValidateNested() @Type(() => DatabaseView) readonly database!: DatabaseView;
}

export const MEMBER_CHANGES = ['appeared', 'lost', 'returned', 'clientMissing', 'changed'] as const;

export class MemberChange {
  @IsObject() @ValidateNested() @Type(() => MemberView) readonly member!: MemberView;
  @IsOneOf(MEMBER_CHANGES) readonly change!: (typeof MEMBER_CHANGES)[number];
}

export class SnapshotQuery {
  /** Members whose report is older are asked to report first. Default: any age will do. */
  @IsOptional() @IsInt() @Min(0) @Max(WAIT_MAX_MS) readonly maxAgeMs?: number;
  /** How long to wait for them; then the snapshot is given as it is, the missing members named. Default 5,000. */
  @IsOptional() @IsInt() @Min(0) @Max(WAIT_MAX_MS) readonly waitMs?: number;
}

export const DatabaseFailedOver = defineMessage({
  type: 'dag.database.failed-over.v1',
  kind: 'event',
  exchange: 'dag.inventory',
  route: '{dag}.{member}.database-failed-over',
  data: DatabaseMove,
  summary: 'The active copy of a database is now on another member (the one in the key).',
  durable: true,
});

export const DatabaseChanged = defineMessage({
  type: 'dag.database.changed.v1',
  kind: 'event',
  exchange: 'dag.inventory',
  route: '{dag}.{member}.database-changed',
  data: DatabaseChange,
  summary: 'A database appeared or something of it changed; the key names the member with the active copy.',
  durable: true,
});

export const MemberChanged = defineMessage({
  type: 'dag.member.changed.v1',
  kind: 'event',
  exchange: 'dag.inventory',
  route: '{dag}.{member}.member-changed',
  data: MemberChange,
  summary: 'A member appeared, was lost, returned, or misses its client.',
  durable: true,
});

export const GetSnapshot = defineQuery({
  type: 'dag.snapshot.get.v1',
  kind: 'query',
  exchange: 'dag.queries',
  route: 'inventory',
  data: SnapshotQuery,
  reply: InventorySnapshot,
  summary: 'Everything the inventory knows, with the age of each report.',
  durable: false,
});

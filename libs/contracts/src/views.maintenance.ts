import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsId, IsOneOf, IsUtc } from './validators.js';
import { ServiceView } from './views.service.js';
import { LIMIT_SCOPES, type LimitScope } from './vocabulary.js';
import { BackupWindow } from './window.js';

const TEXT_MAX_LENGTH = 500;

/** One limit in force. */
export class LimitView {
  @IsOneOf(LIMIT_SCOPES) readonly scope!: LimitScope;
  /** The DAG, site, member or storage server that it is for; null: every one that has no limit of its own. */
  @IsOptional() @IsString() @MaxLength(200) readonly name!: string | null;
  /** Null: no limit. */
  @IsOptional() @IsInt() @Min(0) readonly value!: number | null;
  /** False: it is what the conductor's configuration says. */
  @IsBoolean() readonly isChanged!: boolean;
  @IsOptional() @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly reason!: string | null;
  @IsOptional() @IsString() @MaxLength(200) readonly changedBy!: string | null;
  @IsOptional() @IsUtc() readonly changedAt!: string | null;
}

/** How much of what a limit counts is in use. */
export class SlotUseView {
  @IsOneOf(LIMIT_SCOPES) readonly scope!: LimitScope;
  @IsOptional() @IsString() @MaxLength(200) readonly name!: string | null;
  @IsInt() @Min(0) readonly used!: number;
  @IsOptional() @IsInt() @Min(0) readonly limit!: number | null;
}

/** A member that gets no new work. */
export class DrainView {
  @IsId() readonly member!: string;
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly reason!: string;
  @IsUtc() readonly since!: string;
  @IsOptional() @IsString() @MaxLength(200) readonly requestedBy!: string | null;
  @IsOptional() @IsUtc() readonly deadlineAt!: string | null;
  @IsBoolean() readonly isDeadlinePassed!: boolean;
  /** What still runs at the deadline (without one: at once) is stopped and goes on elsewhere. */
  @IsBoolean() readonly stopRunning!: boolean;
  /** Backups still at work there. */
  @IsInt() @Min(0) readonly running!: number;
}

/** What became of one request. */
export class MaintenanceAnswer {
  @IsString() @MaxLength(128) readonly requestId!: string;
  @IsBoolean() readonly accepted!: boolean;
  @IsUtc() readonly at!: string;
  /** Why it was refused, every violation; or what is to be noted though it was accepted. */
  @IsArray() @IsString({ each: true }) readonly notes!: readonly string[];
}

/** When backups may run whose request has no window of its own, and what that allows now. */
export class DefaultWindowView {
  @IsObject() @ValidateNested() @Type(() => BackupWindow) readonly window!: BackupWindow;
  /** What runs may go on. */
  @IsBoolean() readonly isOpen!: boolean;
  /** Something new may be started. */
  @IsBoolean() readonly mayStart!: boolean;
  /** When one of the two changes next; null: never. */
  @IsOptional() @IsUtc() readonly changesAt!: string | null;
}

export class MaintenanceView {
  @IsArray() @ValidateNested({ each: true }) @Type(() => LimitView) readonly limits!: readonly LimitView[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => SlotUseView) readonly inUse!: readonly SlotUseView[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => DrainView) readonly drains!: readonly DrainView[];
  /** Null: backups may run at any time. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => DefaultWindowView)
  readonly defaultWindow!: DefaultWindowView | null;
  /** The answer to the request that was asked for; null: it has not been handled, or too many came after it. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => MaintenanceAnswer) readonly answer!: MaintenanceAnswer | null;
  /** Absent: an older conductor answered. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ServiceView) readonly service?: ServiceView;
}

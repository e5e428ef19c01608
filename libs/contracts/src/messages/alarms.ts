import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { defineMessage, defineQuery } from '../message.js';
import { AlarmView } from '../views.restore.js';

const NAME_MAX_LENGTH = 200;
const NOTE_MAX_LENGTH = 1_000;
const ALARMS_MAX = 10_000;

/** A person has seen an alarm and takes care of it. */
export class AcknowledgeRequest {
  @IsString() @MinLength(1) @MaxLength(NAME_MAX_LENGTH) readonly alarmId!: string;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly requestedBy?: string;
  @IsOptional() @IsString() @MaxLength(NOTE_MAX_LENGTH) readonly note?: string;
}

export class AlarmListQuery {
  /** Default 500. */
  @IsOptional() @IsInt() @Min(1) @Max(ALARMS_MAX) readonly limit?: number;
}

/** The standing alarms, oldest first. */
export class AlarmList {
  @IsArray()
  @ArrayMaxSize(ALARMS_MAX)
  @ValidateNested({ each: true })
  @Type(() => AlarmView)
  readonly alarms!: readonly AlarmView[];
}

export const AcknowledgeRequested = defineMessage({
  type: 'dag.alarm.acknowledge.requested.v1',
  kind: 'request',
  exchange: 'dag.requests',
  route: 'request.acknowledge',
  data: AcknowledgeRequest,
  summary: 'A person acknowledges a standing alarm.',
  durable: true,
});

function alarmFact<const What extends string>(what: What, summary: string) {
  return defineMessage({
    type: `dag.alarm.${what}.v1`,
    kind: 'event',
    exchange: 'dag.events',
    route: `alarm.{dag}.${what}`,
    data: AlarmView,
    summary,
    durable: true,
  });
}

export const AlarmFacts = {
  raised: alarmFact(
    'raised',
    'Something was left, or hangs, that people must know of; with the commands that put it right.',
  ),
  cleared: alarmFact('cleared', 'A stalled restore goes on, so its alarm is over.'),
  acknowledged: alarmFact('acknowledged', 'A person acknowledged an alarm.'),
} as const;

export const ListAlarms = defineQuery({
  type: 'dag.alarms.list.v1',
  kind: 'query',
  exchange: 'dag.queries',
  route: 'conductor',
  data: AlarmListQuery,
  reply: AlarmList,
  summary: 'Every standing alarm.',
  durable: false,
});

import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { AlarmList } from '#contracts';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { bodyAs } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';

export class Acknowledgement {
  /** What was done about it. */
  @IsOptional() @IsString() @MaxLength(1_000) readonly note?: string;
}

/** What waits for a person. */
@Controller('alarms')
export class AlarmsController {
  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  @Get()
  @Route({ summary: 'The standing alarms, oldest first.', access: 'viewer', reply: AlarmList })
  async list(): Promise<AlarmList> {
    return { alarms: await this.client.alarms() };
  }

  @Post(':alarmId/acknowledgement')
  @HttpCode(202)
  @Route({
    summary: 'Acknowledges an alarm: a person has done what it asks for, or takes care of it.',
    access: 'operator',
    action: 'alarm.acknowledge',
    body: Acknowledgement,
    status: 202,
  })
  async acknowledge(
    @Param('alarmId') alarmId: string,
    @Body(bodyAs(Acknowledgement)) { note }: Acknowledgement,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    const requestedBy = caller.identity.actor;
    await this.client.acknowledge(note === undefined ? { alarmId, requestedBy } : { alarmId, requestedBy, note });
  }
}

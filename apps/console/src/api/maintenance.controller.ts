import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post } from '@nestjs/common';
import {
  LimitsChangeRequest,
  MaintenanceAnswer,
  MaintenanceView,
  MemberDrainRequest,
  MemberResumeRequest,
} from '#contracts';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { bodyAs, checked, idempotencyKey } from '../http/input.js';
import { ProblemError, problem } from '../http/problem.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';
import { DrainOrder } from './maintenance.dto.js';

/** Limits, and members that get no new work. */
@Controller()
export class MaintenanceController {
  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  @Get('limits')
  @Route({
    summary: 'The limits in force, what of them is used, and the drained members.',
    access: 'viewer',
    reply: MaintenanceView,
  })
  limits(): Promise<MaintenanceView> {
    return this.client.maintenance();
  }

  @Post('limits')
  @HttpCode(200)
  @Route({
    summary: 'Changes limits, at once and also for runs under way.',
    access: 'administrator',
    action: 'limits.change',
    body: LimitsChangeRequest,
    reply: MaintenanceAnswer,
    idempotent: true,
  })
  async changeLimits(
    @Body(bodyAs(LimitsChangeRequest)) change: LimitsChangeRequest,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentCaller() caller: Caller,
  ): Promise<MaintenanceAnswer> {
    const requestId = idempotencyKey(key);
    return accepted(await this.client.changeLimits({ ...change, requestId, requestedBy: caller.identity.actor }));
  }

  @Post('members/:member/drain')
  @HttpCode(200)
  @Route({
    summary: 'Gives a member no new work from now on.',
    access: 'operator',
    action: 'member.drain',
    body: DrainOrder,
    reply: MaintenanceAnswer,
    idempotent: true,
  })
  async drain(
    @Param('member') member: string,
    @Body(bodyAs(DrainOrder)) order: DrainOrder,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentCaller() caller: Caller,
  ): Promise<MaintenanceAnswer> {
    const asked = { ...order, member, requestId: idempotencyKey(key), requestedBy: caller.identity.actor };
    return accepted(await this.client.drainMember(checked(MemberDrainRequest, asked)));
  }

  @Post('members/:member/resume')
  @HttpCode(200)
  @Route({
    summary: 'Gives a drained member work again.',
    access: 'operator',
    action: 'member.resume',
    reply: MaintenanceAnswer,
    idempotent: true,
  })
  async resume(
    @Param('member') member: string,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentCaller() caller: Caller,
  ): Promise<MaintenanceAnswer> {
    const asked = { member, requestId: idempotencyKey(key), requestedBy: caller.identity.actor };
    return accepted(await this.client.resumeMember(checked(MemberResumeRequest, asked)));
  }
}

/** A refusal is the conductor's expected answer, and a problem for whoever asked. */
function accepted(answer: MaintenanceAnswer): MaintenanceAnswer {
  if (answer.accepted) return answer;
  const { notes } = answer;
  throw new ProblemError(
    problem(409, 'maintenance.refused', `The conductor refused it: ${notes.join('; ')}`, { violations: notes }),
  );
}

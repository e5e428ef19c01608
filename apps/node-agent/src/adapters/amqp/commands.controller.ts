import {
  AttemptDescriptionOrdered,
  BackupListOrdered,
  BackupStartOrdered,
  BackupStopOrdered,
  DescribeAttempt,
  DescribeRestoreStep,
  ListBackupsOrder,
  OrderRestoreStep,
  ReportStateOrder,
  RestoreStepDescriptionOrdered,
  RestoreStepOrdered,
  RestoreStepStopOrdered,
  StartBackup,
  StateReportOrdered,
  StopBackup,
  StopRestoreStep,
} from '#contracts';
import { Handles } from '#messaging';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Agent } from '../../agent/agent.js';

/** The name under which handlers know this member's own queue; its real name is known only at run time. */
export const OWN_COMMANDS = 'own-commands';

/** Orders to this member. A handler that returns acknowledges: the order is in the journal by then. */
@Controller()
export class CommandsController {
  constructor(private readonly agent: Agent) {}

  @Handles(BackupStartOrdered, OWN_COMMANDS)
  startBackup(@Payload() command: StartBackup): Promise<void> {
    return this.agent.startBackup(command);
  }

  @Handles(BackupStopOrdered, OWN_COMMANDS)
  stopBackup(@Payload() order: StopBackup): Promise<void> {
    return this.agent.stopBackup(order);
  }

  @Handles(AttemptDescriptionOrdered, OWN_COMMANDS)
  describeAttempt(@Payload() order: DescribeAttempt): Promise<void> {
    return this.agent.describeAttempt(order);
  }

  @Handles(RestoreStepOrdered, OWN_COMMANDS)
  orderStep(@Payload() order: OrderRestoreStep): Promise<void> {
    return this.agent.orderStep(order);
  }

  @Handles(RestoreStepStopOrdered, OWN_COMMANDS)
  stopStep(@Payload() order: StopRestoreStep): Promise<void> {
    return this.agent.stopStep(order);
  }

  @Handles(RestoreStepDescriptionOrdered, OWN_COMMANDS)
  describeStep(@Payload() order: DescribeRestoreStep): Promise<void> {
    return this.agent.describeStep(order);
  }

  /** Not waited for: a slow look at Exchange must not hold up the orders behind this one, and a lost report is asked for again. */
  @Handles(StateReportOrdered, OWN_COMMANDS)
  reportState(@Payload() _order: ReportStateOrder): void {
    this.agent.reportState();
  }

  /** Not waited for either: a storage server may take minutes. */
  @Handles(BackupListOrdered, OWN_COMMANDS)
  listBackups(@Payload() _order: ListBackupsOrder): void {
    this.agent.listBackups();
  }
}

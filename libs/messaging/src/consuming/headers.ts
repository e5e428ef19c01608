/**
 * Headers of ours on copies that wait or are parked. None begins with `x-`: those belong to the broker (rabbitmq.md fact 15).
 */

/** Where the message was first sent, and by which broker user: the copy itself carries the user of the service that made it. */
export const OriginHeaders = {
  exchange: 'dag-original-exchange',
  routingKey: 'dag-original-key',
  user: 'dag-original-user',
} as const;

export const WaitHeaders = {
  attempt: 'dag-attempt',
  firstFailureAt: 'dag-first-failure-at',
} as const;

/** Why a message was parked. */
export const FaultHeaders = {
  reason: 'dag-fault-reason',
  message: 'dag-fault-message',
  /** A JSON list of sentences. */
  violations: 'dag-fault-violations',
  queue: 'dag-fault-queue',
  at: 'dag-fault-at',
  service: 'dag-fault-service',
} as const;

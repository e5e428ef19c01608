/** What became of the messages of one queue, counted since this process began. */
export interface QueueFigures {
  readonly queue: string;
  /** The broker delivers its messages to this process at present. */
  readonly isConsumed: boolean;
  /** Dealt with by their handler, questions that were answered with a failure among them. */
  readonly handled: number;
  /** Put into a wait queue, to be tried again later. */
  readonly delayed: number;
  /** Put into the service's `.error` queue. */
  readonly parked: number;
  /** Put into the service's `.skipped` queue. */
  readonly skipped: number;
  /** Left to the broker, because they could not even be put away. */
  readonly givenBack: number;
  /** Further tries of a message in hand. */
  readonly retries: number;
  /** Messages in hand at present that wait for what the service itself lacks, its database for one. */
  readonly held: number;
}

export interface PublishFigures {
  /** The broker has it, and at least one queue took it. */
  readonly routed: number;
  /** The broker has it, and no queue took it. */
  readonly unroutable: number;
  /** Its sender was told that it was refused, or that its outcome is unknown. */
  readonly failed: number;
  /** Times that the broker took none of a message for the moment; each was tried again. */
  readonly nacks: number;
  /** Sent, and not yet confirmed. */
  readonly inFlight: number;
  /** Not yet sent. */
  readonly waiting: number;
}

export type ConnectionRole = 'publish' | 'consume' | 'answer';

/** How a process stands with its broker, in numbers. Asking costs nothing and changes nothing. */
export interface BrokerFigures {
  /** Only the connections that this process needs. */
  readonly connections: readonly { readonly role: ConnectionRole; readonly isConnected: boolean }[];
  /** Why the broker takes no messages at present, if it says so. */
  readonly blockedBecause: string | undefined;
  readonly publishing: PublishFigures;
  readonly queues: readonly QueueFigures[];
}

/** Where the consumer of a queue counts. */
export class QueueCounts {
  handled = 0;
  delayed = 0;
  parked = 0;
  skipped = 0;
  givenBack = 0;
  retries = 0;
  held = 0;
}

/** Counts one message as held for as long as it is. */
export class Hold {
  private counted = false;

  constructor(private readonly counts: QueueCounts) {}

  get isHeld(): boolean {
    return this.counted;
  }

  set(isHeld: boolean): void {
    if (isHeld === this.counted) return;
    this.counted = isHeld;
    this.counts.held += isHeld ? 1 : -1;
  }
}

import { PAST_BYTES_MAX, PAST_EVENTS_MAX, VIEWER_BACKLOG_MAX_BYTES } from './limits.js';

/** One event of a stream, written once for all viewers. */
interface WrittenEvent {
  readonly sequence: number;
  readonly text: string;
}

/** One open stream. */
export interface Viewer {
  /** Bytes written and not yet taken by the network. */
  backlogBytes(): number;
  write(text: string): void;
  close(): void;
}

export interface ChannelEvent {
  readonly event: string;
  readonly data: object;
}

/**
 * A live view: whoever comes gets what is there now, and then each change. Whoever comes back with the id of the last event it saw gets what it missed, or
 * what is there now where that is no longer known.
 */
export class Channel {
  private readonly viewers = new Set<Viewer>();
  private past: WrittenEvent[] = [];
  private pastBytes = 0;
  private sequence = 0;

  /** `epoch` tells the events of this process from those of another that ran before it. */
  constructor(
    private readonly epoch: string,
    private readonly current: () => readonly ChannelEvent[],
  ) {}

  get isWatched(): boolean {
    return this.viewers.size > 0;
  }

  get viewerCount(): number {
    return this.viewers.size;
  }

  publish({ event, data }: ChannelEvent): void {
    this.sequence += 1;
    const written = { sequence: this.sequence, text: this.write(event, data, this.sequence) };
    this.past.push(written);
    this.pastBytes += written.text.length;
    while (this.past.length > PAST_EVENTS_MAX || this.pastBytes > PAST_BYTES_MAX) {
      this.pastBytes -= this.past.shift()?.text.length ?? 0;
    }
    this.toAll(written.text);
  }

  /** Keeps connections open through proxies, and finds those that are gone. */
  beat(): void {
    this.toAll(':\n\n');
  }

  join(viewer: Viewer, lastEventId: string | undefined): void {
    const missed = this.missedSince(lastEventId);
    if (missed) for (const { text } of missed) viewer.write(text);
    else for (const { event, data } of this.current()) viewer.write(this.write(event, data, this.sequence));
    this.viewers.add(viewer);
  }

  leave(viewer: Viewer): void {
    this.viewers.delete(viewer);
  }

  close(): void {
    for (const viewer of this.viewers) viewer.close();
    this.viewers.clear();
  }

  /** Undefined: not all of what was missed is known. */
  private missedSince(lastEventId: string | undefined): readonly WrittenEvent[] | undefined {
    const [epoch, text] = lastEventId?.split(':') ?? [];
    const seen = Number(text);
    if (epoch !== this.epoch || !Number.isSafeInteger(seen) || seen > this.sequence) return undefined;
    const first = this.past[0]?.sequence ?? this.sequence + 1;
    return seen + 1 < first ? undefined : this.past.filter(({ sequence }) => sequence > seen);
  }

  private toAll(text: string): void {
    for (const viewer of this.viewers) {
      if (viewer.backlogBytes() > VIEWER_BACKLOG_MAX_BYTES) {
        this.viewers.delete(viewer);
        viewer.close();
      } else {
        viewer.write(text);
      }
    }
  }

  private write(event: string, data: object, sequence: number): string {
    return `id: ${this.epoch}:${sequence}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }
}

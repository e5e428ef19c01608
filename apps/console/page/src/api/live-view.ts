import { patched, type Patch } from '../../../src/live/patch.js';
import { call } from './http.js';

export interface Live<View> {
  readonly view: View | null;
  /** Why what is shown may be old; null while all is well. */
  readonly trouble: string | null;
}

const NOTHING = { view: null, trouble: null } as const;
/** The browser opens a broken stream again by itself, and tells the server the last event it saw. */
const LOST = 'The connection to the console is lost; it is tried again.';
/** A stream that was refused it does not open again; that is tried here. */
const OPEN_AGAIN_AFTER_MS = 3_000;

/** A live view of the server's, kept up to date outside of what draws it, so that it can begin before anything is drawn. */
export class LiveView<View extends object> {
  private live: Live<View> = NOTHING;
  private source: EventSource | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly url: string) {}

  readonly current = (): Live<View> => this.live;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Does nothing where it is open already. */
  open(): void {
    if (this.source && this.source.readyState !== EventSource.CLOSED) return;
    const source = new EventSource(this.url);
    this.source = source;
    source.addEventListener('snapshot', ({ data }: MessageEvent<string>) => this.show(JSON.parse(data) as View));
    source.addEventListener('change', ({ data }: MessageEvent<string>) => {
      const { view } = this.live;
      if (view) this.show(patched(view, JSON.parse(data) as Patch));
    });
    source.addEventListener('trouble', ({ data }: MessageEvent<string>) => {
      this.set({ ...this.live, ...(JSON.parse(data) as { readonly trouble: string | null }) });
    });
    source.addEventListener('error', () => this.onError(source));
  }

  close(): void {
    this.source?.close();
    this.source = undefined;
    clearTimeout(this.again);
    this.set(NOTHING);
  }

  private onError(source: EventSource): void {
    const isWanted = this.listeners.size > 0;
    if (isWanted) this.set({ ...this.live, trouble: this.live.trouble ?? LOST });
    if (source.readyState !== EventSource.CLOSED || !isWanted) return;
    // Asking who is signed in finds out whether that is why; if so, the page turns to signing in.
    call('GET', '/session').catch(() => undefined);
    clearTimeout(this.again);
    this.again = setTimeout(() => this.open(), OPEN_AGAIN_AFTER_MS);
  }

  private show(view: View): void {
    const { trouble } = this.live;
    this.set({ view, trouble: trouble === LOST ? null : trouble });
  }

  private set(live: Live<View>): void {
    this.live = live;
    for (const listener of this.listeners) listener();
  }
}

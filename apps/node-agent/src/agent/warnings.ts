const WARNINGS_MAX = 100;
const WARNING_MAX_LENGTH = 4_000;

/** Standing problems of this agent, as every node report repeats them until they are over. */
export class StandingWarnings {
  private readonly byKey = new Map<string, string>();

  set(key: string, text: string): void {
    if (!this.byKey.has(key) && this.byKey.size >= WARNINGS_MAX) return;
    this.byKey.set(key, text.slice(0, WARNING_MAX_LENGTH));
  }

  clear(key: string): void {
    this.byKey.delete(key);
  }

  list(): readonly string[] {
    return [...this.byKey.values()];
  }
}

/** A queue that gives up its head in constant time; an array's shift moves everything. */
export class Fifo<T> {
  private items: T[] = [];
  private head = 0;

  get size(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** Puts items before all others, keeping their order. */
  prepend(items: readonly T[]): void {
    this.items = [...items, ...this.items.slice(this.head)];
    this.head = 0;
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.items[this.head];
    this.head += 1;
    if (this.head > 1_024 && this.head * 2 > this.items.length) this.prepend([]);
    return item;
  }

  /** Takes out the items that fulfil the condition. */
  remove(condition: (item: T) => boolean): readonly T[] {
    const all = this.items.slice(this.head);
    const removed = all.filter(condition);
    if (removed.length > 0) this.items = all.filter((item) => !condition(item));
    else this.items = all;
    this.head = 0;
    return removed;
  }
}

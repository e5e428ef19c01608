/** The highest epoch of a conductor that gave an order here; what an earlier one orders is refused. */
export class EpochFence {
  private seen = 0;

  get highest(): number {
    return this.seen;
  }

  see(epoch: number): void {
    this.seen = Math.max(this.seen, epoch);
  }

  isOutdated(epoch: number): boolean {
    return epoch < this.seen;
  }
}

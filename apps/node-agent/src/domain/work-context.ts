/** What the rules of a piece of work need to know beside its state and the input. */
export interface WorkContext<Limits> {
  readonly memberId: string;
  readonly limits: Limits;
  readonly nowMs: number;
  readonly nowUtc: string;
}

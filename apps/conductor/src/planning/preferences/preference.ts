import type { CopyView } from '#contracts';
import type { PlacementQuestion } from '../candidates.js';

/** Something that divides eligible copies into better and worse: the worse are taken only where there is no better one. */
export interface Preference {
  readonly name: string;
  isBetter(question: PlacementQuestion, copy: CopyView): boolean;
  /** Said of a worse copy when a better one is there. */
  readonly because: string;
}

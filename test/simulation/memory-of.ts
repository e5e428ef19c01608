import type { Conductor } from '../../apps/conductor/src/application/conductor.js';
import type { Memory } from '../../apps/conductor/src/application/memory.js';

/** The only look inside a conductor: what it was told, to check its judgement by, and what broken variants make it forget. */
export function memoryOf(conductor: Conductor): Memory {
  return Reflect.get(conductor, 'memory') as Memory;
}

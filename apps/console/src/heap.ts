import { setFlagsFromString } from 'node:v8';

/** By how much the heap may grow over what lives in it before it is cleaned. */
const HEAP_GROWING_PERCENT = 50;

// What a console holds is little, and what it reads and throws away is much: 400 databases every second. Left alone, Node lets that pile up to several
// times of what lives, because memory looks free; on a member it is Exchange's.
setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);

export type { Verification } from './verification.js';
export { verifyCopies } from './verify-copies.js';
export { verifyStorage } from './verify-storage.js';

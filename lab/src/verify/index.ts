export { verifyStorage, type Verification } from './verify-storage.js';

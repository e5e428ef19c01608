export { PrivatePostgres } from './private.js';
export { findPostgres, type PostgresProgram } from './program.js';

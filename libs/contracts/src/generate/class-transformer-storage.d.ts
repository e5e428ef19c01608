/**
 * class-transformer keeps what `@Type()` was told in a store that its public entry does not export. The path names the
 * same CommonJS module that Node loads for `import 'class-transformer'`, so the store is the one that the DTOs filled.
 */
declare module 'class-transformer/cjs/storage.js' {
  import type { MetadataStorage } from 'class-transformer/types/MetadataStorage.js';
  export const defaultMetadataStorage: MetadataStorage;
}

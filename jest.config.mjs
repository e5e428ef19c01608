const swc = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
};

/** Everything runs as native ES modules from the TypeScript sources; scripts/test.mjs gets the broker and passes it in AMQP_URL. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@app/source', 'node', 'node-addons'] },
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/lab', '<rootDir>/test'],
  testRegex: '\\.spec\\.ts$',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'] },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  workerIdleMemoryLimit: '512MB',
  testSequencer: '<rootDir>/scripts/longest-first.mjs',
  // The end-to-end tests start a dozen processes each: one file at a time leaves them room on two cores.
  maxWorkers: 1,
  // Ends a test that hangs. A wait inside a test ends before it (test/support/eventually.ts) and says what it waited for.
  testTimeout: 300_000,
};

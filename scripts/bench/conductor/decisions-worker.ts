import { measureDecisions, type BenchDatabase } from './decisions.js';

// A process of its own for each size: the memory of one measurement is not in the figures of the next.
process.once('message', ({ databases, options }: { databases: number; options: BenchDatabase }) => {
  measureDecisions(databases, options).then(
    (result) => process.send?.(result, () => process.disconnect()),
    (error: unknown) => {
      console.error(
        `${databases} databases were not measured: ${error instanceof Error ? error.message : String(error)}`,
      );
      process.exit(1);
    },
  );
});

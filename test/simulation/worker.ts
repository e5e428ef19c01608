import { runBatch, type Batch } from './batch.js';

// One of the processes that share the seeds: it takes batches until its parent lets go of it.
process.on('message', (batch: Batch) => {
  runBatch(batch).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(`the seeds from ${batch.first} could not be simulated: ${String(error)}`);
      process.exit(1);
    },
  );
});

import { describe } from '@jest/globals';
import { findProgram } from '../../lab/src/broker/program.js';

/** For tests that kill brokers: those are their own, from the installed program. Where it is missing, one line says so. */
export const describeWithInstalledBroker: typeof describe | typeof describe.skip = chosen();

function chosen(): typeof describe | typeof describe.skip {
  if (findProgram(process.env) !== null) return describe;
  process.stderr.write(
    'LEFT OUT: tests that kill brokers of their own, because rabbitmq-server is not installed (apt-get install rabbitmq-server).\n',
  );
  return describe.skip;
}

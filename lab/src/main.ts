import 'reflect-metadata';
import { labProgram } from './cli/program.js';
import { runCommandLine } from './cli/run-command.js';

const err = (text: string): void => console.error(text);
process.exitCode = await runCommandLine(
  labProgram({ out: (text) => console.log(text), err }),
  process.argv.slice(2),
  err,
);

import 'reflect-metadata';
import { ExitCode } from '#contracts';
import { EXIT_FAILED, interruption, runCommandLine } from '../cli/run-command.js';
import { runDemo } from './demo.js';
import { demoProgram } from './options.js';

const output = { out: (text: string): void => console.log(text), err: (text: string): void => console.error(text) };
// A pipe or file has no `isTTY`, although its type says otherwise.
const stdout: NodeJS.WritableStream & { readonly isTTY?: boolean } = process.stdout;
const isTerminal = stdout.isTTY === true;
const terminal = { stream: process.stdout, isTerminal, colours: isTerminal && !process.env['NO_COLOR'] };

const program = demoProgram(output, async (options) => {
  process.exitCode = await runDemo(options, terminal, interruption());
});
const code = await runCommandLine(program, process.argv.slice(2), output.err);
// Schedulers know 12 as "failed, or could not start"; 1 means nothing to them.
process.exitCode = code === EXIT_FAILED ? ExitCode.failed : code;

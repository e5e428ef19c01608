// Stands in for tdpexcc in tests: what it does is named by the database (third argument).
const [command, what] = process.argv.slice(2);
const out = (text) => process.stdout.write(text);
if (command === 'query') {
  out(
    'IBM Tivoli Storage Manager for Mail:\nData Protection for Microsoft Exchange Server\nVersion 7, Release 1, Level 3.0\n\nCompleted\n',
  );
} else if (what === 'GOOD DB') {
  out(`ARGS ${JSON.stringify(process.argv.slice(2))}\n`);
  out('   Files Examined/Completed/Failed: [ 1 / 0 / 0 ]   Total Bytes: 1000\r');
  out('   Files Examined/Completed/Failed: [ 2 / 2 / 0 ]   Total Bytes: 8062302\r\n');
  out('   Total LanFree Bytes   : 0\nCompleted');
} else if (what === 'STDIN') {
  process.stdin.resume();
  process.stdin.on('end', () => (process.exitCode = 7));
} else if (what === 'SLOW') {
  out('Beginning VSS backup of SLOW...\n');
  setInterval(() => undefined, 60_000);
} else {
  for (let line = 1; line <= 80; line += 1) out(`line ${line} ${'x'.repeat(line === 80 ? 10_000 : 1)}\n`);
  process.stderr.write('ACN0519E The VSS operation failed with rc = 418.\n');
  process.exitCode = 418 & 0xff;
}

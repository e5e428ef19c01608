// Speaks the host protocol as its arguments tell: the first is what it does with the nth request, the last one for ever after.
import { createInterface } from 'node:readline';

const behaviours = process.argv.slice(2);
const OTHER = {
  guid: '00000000-0000-4000-8000-000000000000',
  name: 'Other',
  recovery: false,
  publicFolder: false,
  copies: [],
};
let count = 0;
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  const behaviour = behaviours[Math.min(count, behaviours.length - 1)] ?? 'ok';
  count += 1;
  if (behaviour === 'hang') return;
  if (behaviour === 'hang-changes' && method !== 'hello' && method !== 'describeServer') return;
  if (behaviour === 'die') {
    process.stderr.write('the session was closed by the server\n');
    process.exitCode = 3;
    process.exit();
  }
  if (behaviour === 'garbage') process.stdout.write('WARNING: some cmdlet talks\n{"id": "nobody"}\n[1,2]\n');
  if (behaviour === 'event')
    say({
      event: 'databaseMoved',
      databaseGuid: '5F0C0B7E-0D5D-4F5C-9C55-1F2A3B4C5D6E',
      operationId: 'op-1',
      initiator: 'Admin',
    });
  if (behaviour === 'error')
    say({ id, error: { type: 'exchange.cmdlet', message: 'access denied', retryable: false } });
  else if (behaviour === 'other') say({ id, result: OTHER });
  else if (behaviour === 'none') say({ id, result: null });
  else if (method === 'hello') say({ id, result: { protocol: behaviour === 'old' ? 0 : 1, host: 'fake' } });
  else if (method === 'removeDatabase') say({ id, result: null });
  else if (method !== 'describeServer')
    say({ id, result: { ...OTHER, guid: params.guid ?? OTHER.guid, name: `${method} ${JSON.stringify(params)}` } });
  else say({ id, result: { name: `EX01-${process.pid}`, fqdn: null, site: null, version: null, dag: null } });
});

import { OneTimeCode } from '../../apps/console/src/access/one-time-code.js';
import { buildApp } from '../../apps/console/src/build-app.js';
import { openApiOf } from '../../apps/console/src/openapi/document.js';
import type { ConsoleClient } from '../../apps/console/src/ports.js';

/** The console's OpenAPI document as it is checked in. Nothing is asked of the client: the document is made from the routes. */
export async function openApiText(): Promise<string> {
  const options = { secureCookies: true, name: 'document', behindProxy: false, pageFolder: '' };
  const app = await buildApp({} as ConsoleClient, options, new OneTimeCode());
  await app.init();
  const document = openApiOf(app);
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}

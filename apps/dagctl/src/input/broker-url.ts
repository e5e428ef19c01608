import { readFile } from 'node:fs/promises';
import { UsageError } from './usage-error.js';

/** Secrets do not belong on command lines or in job definitions: a file that only the job's user can read may hold the URL. */
export const URL_FILE_VARIABLE = 'DAG_URL_FILE';

/** The broker's URL: `--url`, else AMQP_URL, else what the file named by DAG_URL_FILE holds. */
export async function brokerUrl(option: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  if (option) return option;
  if (env['AMQP_URL']) return env['AMQP_URL'];
  const file = env[URL_FILE_VARIABLE];
  if (!file) {
    throw new UsageError(
      'No broker is named. Give --url amqps://user:password@host/vhost, or set AMQP_URL to it, or set DAG_URL_FILE to a ' +
        'file that holds it. In a lab: eval "$(npm run -s lab -- env DIR)"',
    );
  }
  try {
    const url = (await readFile(file, 'utf8')).trim();
    if (url !== '') return url;
  } catch (error) {
    throw new UsageError(
      `Tried to read the broker URL from ${file} (DAG_URL_FILE): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  throw new UsageError(`The file ${file} (DAG_URL_FILE) is empty; it must hold the broker URL.`);
}

/** Seconds between heartbeats of the AMQP connection; two missed ones end it (rabbitmq.md section 6). */
const HEARTBEAT_S = 10;

/** Where a broker is and who we are there. Several of them are the hosts of one cluster. */
export interface BrokerUrl {
  /** What amqplib connects to, heartbeat included. */
  readonly url: string;
  /** Host, port and virtual host, without credentials: the form that may be logged. */
  readonly label: string;
  readonly user: string;
}

/** One URL, several, or several in one text with commas between them. */
export function parseBrokerUrls(urls: string | readonly string[]): readonly BrokerUrl[] {
  const texts = (typeof urls === 'string' ? [urls] : urls)
    .flatMap((text) => text.split(','))
    .map((text) => text.trim());
  const parsed = texts.filter((text) => text !== '').map(parseBrokerUrl);
  const [first] = parsed;
  if (!first) throw new Error('no broker URL is given; set one like amqp://user:password@host:5672/vhost');
  const stranger = parsed.find((each) => each.user !== first.user);
  if (stranger) {
    throw new Error(
      `the hosts of one broker must be used as one user, not as ${first.user} on ${first.label} and ${stranger.user} on ${stranger.label}`,
    );
  }
  return parsed;
}

function parseBrokerUrl(text: string): BrokerUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // The text may hold a password and must not get into a log.
    throw new Error('a broker URL cannot be read; it must look like amqp://user:password@host:5672/vhost');
  }
  if (url.protocol !== 'amqp:' && url.protocol !== 'amqps:') {
    throw new Error(`a broker URL must begin with amqp:// or amqps://, not ${url.protocol}//`);
  }
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(HEARTBEAT_S));
  const vhost = decodeURIComponent(url.pathname.slice(1)) || '/';
  return {
    url: url.href,
    label: `${url.host}${vhost === '/' ? '' : ` (vhost ${vhost})`}`,
    user: decodeURIComponent(url.username) || 'guest',
  };
}

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { codeIn } from './markdown.js';
import { METRICS, SERVICES } from './metrics.js';
import { PAGES, textOf } from './project.js';

const page = PAGES.find(({ path }) => path === 'docs/monitoring.md');

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const ALERTS: readonly Alert[] = (
  parse(textOf('deploy/prometheus/alerts.yaml')) as { readonly groups: readonly { readonly rules: readonly Alert[] }[] }
).groups.flatMap(({ rules }) => rules);
const SCRAPED = parse(textOf('deploy/prometheus/scrape.yaml')) as {
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
  }[];
};

/** What Prometheus itself adds to everything it scrapes. */
const LABELS_OF_PROMETHEUS: readonly string[] = ['job', 'instance'];
const JOBS: readonly string[] = SERVICES.map((service) => `dag-${service}`);

/** `dag_took_seconds_bucket` is told by `dag_took_seconds`. */
function metricNamed(name: string) {
  const whole = METRICS.get(name);
  if (whole) return whole;
  const histogram = METRICS.get(name.replace(/_(?:bucket|sum|count)$/, ''));
  return histogram?.type === 'histogram' ? histogram : undefined;
}

function metricsIn(expr: string) {
  return [...expr.matchAll(/\bdag_\w+/g)].map(([name]) => ({ name, metric: metricNamed(name) }));
}

describe('docs/monitoring.md', () => {
  it('tells every metric, with its type, its labels and the services that tell it, and no other', () => {
    const told = page?.rows
      .filter(({ headers }) => headers[0] === 'metric')
      .map(({ cells: [name = '', type, labels = '', services = ''] }) => ({
        name: codeIn(name)[0],
        type,
        labels: codeIn(labels),
        services: services === 'all' ? SERVICES : services.split(', '),
      }));
    const byName = (one: { readonly name?: string | undefined }, other: { readonly name?: string | undefined }) =>
      (one.name ?? '') < (other.name ?? '') ? -1 : 1;
    const known = [...METRICS.values()].map(({ name, type, labels, services }) => ({ name, type, labels, services }));
    expect(told?.toSorted(byName)).toEqual(known.toSorted(byName));
    expect(known.length).toBeGreaterThan(40);
  });

  it('tells every alert, and no other', () => {
    const told = page?.rows
      .filter(({ headers }) => headers[0] === 'alert')
      .flatMap(({ cells }) => codeIn(cells[0] ?? ''));
    expect(told?.toSorted()).toEqual(ALERTS.map(({ alert }) => alert).toSorted());
  });
});

describe('the metrics', () => {
  it.each([...METRICS.values()].map((metric) => [metric.name, metric] as const))(
    '%s is named as is the custom',
    (name, metric) => {
      expect(name).toMatch(/^dag_[a-z]+(?:_[a-z]+)*$/);
      expect(metric.type === 'counter').toBe(name.endsWith('_total'));
      // A label of a database, a run or an attempt would make a new series for each.
      expect(metric.labels.filter((label) => /database|run|attempt|step|task|id$/.test(label))).toEqual([]);
      expect(metric.help).toMatch(/^[A-Z].*\.$/);
    },
  );
});

describe.each(ALERTS.map((each) => [each.alert, each] as const))('the alert %s', (_, { expr, annotations }) => {
  it('asks for metrics and labels that there are', () => {
    const asked = metricsIn(expr);
    expect(asked.filter(({ metric }) => metric === undefined)).toEqual([]);
    const known = new Set([...LABELS_OF_PROMETHEUS, ...asked.flatMap(({ metric }) => metric?.labels ?? [])]);
    const matched = [...expr.matchAll(/\b(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label);
    const grouped = [...expr.matchAll(/\b(?:by|on|without)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
      list.split(/,\s*/),
    );
    const shown = [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label);
    expect([...matched, ...grouped, ...shown].filter((label) => !known.has(label))).toEqual([]);
    const jobs = [...expr.matchAll(/job="([^"]*)"/g)].map(([, job = '']) => job);
    expect(jobs.filter((job) => !JOBS.includes(job))).toEqual([]);
  });

  it('leads to a place in the documentation', () => {
    const [path, anchor = ''] = annotations.runbook.split('#');
    expect(PAGES.find((each) => each.path === path)?.anchors.has(anchor)).toBe(true);
  });
});

describe('deploy/prometheus/scrape.yaml', () => {
  it('scrapes every service where it listens unless told otherwise', () => {
    const ports = Object.fromEntries(
      SCRAPED.scrape_configs.map(({ job_name: job, static_configs: configs }) => [
        job,
        [...new Set(configs.flatMap(({ targets }) => targets.map((target) => Number(target.split(':')[1]))))],
      ]),
    );
    expect(ports).toEqual({
      'dag-conductor': [9_440],
      'dag-inventory': [9_441],
      'dag-node-agent': [9_442],
      'dag-console': [9_443],
    });
  });
});

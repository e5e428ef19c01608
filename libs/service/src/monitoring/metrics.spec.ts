import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

function metricsWith(define: (metrics: Metrics) => void) {
  const unread: string[] = [];
  const metrics = new Metrics((metric, reason) => void unread.push(`${metric}: ${reason}`));
  define(metrics);
  /** The lines of one scrape, without the help. */
  const lines = async (): Promise<readonly string[]> =>
    (await metrics.render()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { metrics, lines, unread };
}

describe('the metrics of a service', () => {
  it('are read when somebody asks, and anew each time', async () => {
    let depth = 3;
    const { lines } = metricsWith((metrics) => {
      metrics.gauge({ name: 'dag_depth', help: 'Depth.' }, () => depth);
      metrics.counter({ name: 'dag_done_total', help: 'Done.', labels: ['how'] }, () => [
        { labels: { how: 'well' }, value: depth * 10 },
      ]);
    });
    expect(await lines()).toEqual(['dag_depth 3', 'dag_done_total{how="well"} 30']);
    depth = 4;
    expect(await lines()).toEqual(['dag_depth 4', 'dag_done_total{how="well"} 40']);
  });

  it('forget what is no longer told', async () => {
    const members = ['ex01', 'ex02'];
    const { lines } = metricsWith((metrics) => {
      metrics.gauge({ name: 'dag_up', help: 'Up.', labels: ['member'] }, () =>
        members.map((member) => ({ labels: { member }, value: 1 })),
      );
    });
    expect(await lines()).toHaveLength(2);
    members.pop();
    expect(await lines()).toEqual(['dag_up{member="ex01"} 1']);
  });

  it('say nothing of a number that is not known, which is not 0', async () => {
    const { lines, unread } = metricsWith((metrics) => metrics.gauge({ name: 'dag_age', help: 'Age.' }, () => null));
    expect(await lines()).toEqual([]);
    expect(unread).toEqual([]);
  });

  it('leave out one that cannot be read, say so, and tell the others', async () => {
    const { lines, unread } = metricsWith((metrics) => {
      metrics.gauge({ name: 'dag_lost', help: 'Lost.' }, () => Promise.reject(new Error('the database is away')));
      metrics.gauge({ name: 'dag_here', help: 'Here.' }, () => 1);
    });
    expect(await lines()).toContain('dag_here 1');
    // Counted when it happens, and so told by the next scrape.
    expect(await lines()).toContain('dag_monitoring_unread_total{metric="dag_lost"} 1');
    expect(unread[0]).toBe('dag_lost: the database is away');
  });

  it('take a look once for all numbers of one scrape, and again for the next', async () => {
    let looks = 0;
    const { lines } = metricsWith((metrics) => {
      const look = metrics.perScrape(() => (looks += 1));
      metrics.gauge({ name: 'dag_one', help: 'One.' }, () => look());
      metrics.gauge({ name: 'dag_other', help: 'Other.' }, () => look());
    });
    expect(await lines()).toEqual(['dag_one 1', 'dag_other 1']);
    expect(await lines()).toEqual(['dag_one 2', 'dag_other 2']);
  });

  it('are made once for all who ask at the same time', async () => {
    let reads = 0;
    const { metrics } = metricsWith((made) => made.gauge({ name: 'dag_reads', help: 'Reads.' }, () => (reads += 1)));
    const [one, other] = await Promise.all([metrics.render(), metrics.render()]);
    expect(one).toBe(other);
    expect(reads).toBe(1);
  });

  it('sort durations into their buckets', async () => {
    const { metrics, lines } = metricsWith(() => undefined);
    const tell = metrics.histogram({ name: 'dag_took_seconds', help: 'Took.', labels: ['of'] }, [0.1, 1]);
    tell({ of: 'a' }, 0.05);
    tell({ of: 'a' }, 0.5);
    expect(await lines()).toEqual([
      'dag_took_seconds_bucket{le="0.1",of="a"} 1',
      'dag_took_seconds_bucket{le="1",of="a"} 2',
      'dag_took_seconds_bucket{le="+Inf",of="a"} 2',
      'dag_took_seconds_sum{of="a"} 0.55',
      'dag_took_seconds_count{of="a"} 2',
    ]);
  });
});

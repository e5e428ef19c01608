import { join } from 'node:path';
import { memberIdOf } from '#contracts';
import type { Broker } from '#messaging';
import { VERSION } from '#service';
import { AmqpHeartbeats } from './adapters/amqp/amqp-heartbeats.js';
import { AmqpResults } from './adapters/amqp/amqp-results.js';
import { ProcessExchangeHost } from './adapters/exchange-host/process-exchange-host.js';
import { FileJournal } from './adapters/journal/file-journal.js';
import { SystemClock } from './adapters/system-clock.js';
import { TdpexccClient } from './adapters/tdpexcc/tdpexcc-client.js';
import { Agent } from './agent/agent.js';
import { StandingWarnings } from './agent/warnings.js';
import type { NodeAgentConfig } from './config.js';
import type { WatchedAgent } from './monitoring/agent.metrics.js';
import { ClientCounts } from './monitoring/client-counts.js';
import type { Log } from './ports/log.js';

export interface WiredAgent {
  readonly agent: Agent;
  readonly watched: WatchedAgent;
  start(): void;
  close(): Promise<void>;
}

/** Builds the agent with its real surroundings: broker, disk, host process and backup client. */
export async function wireAgent(config: NodeAgentConfig, broker: Broker, log: Log): Promise<WiredAgent> {
  const memberId = memberIdOf(config.member);
  const clock = new SystemClock();
  const warnings = new StandingWarnings();
  const { dataDir, journalRetentionMs, tdpexcc, proof, ...times } = { ...config, proof: config.tdpexcc.proof };
  const { heartbeatMs, pollMs, catalogueMs, grantWaitMs, attemptTimeoutMs, proofWaitMs, releaseWaitMs } = times;
  const journal = await FileJournal.open({
    dataDir,
    retentionMs: journalRetentionMs,
    utcNow: () => clock.utcNow(),
    log,
    warnings,
  });
  const client = new TdpexccClient(
    { ...tdpexcc, member: memberId, logDirectory: tdpexcc.logDirectory ?? join(dataDir, 'tdpexcc-logs') },
    clock,
  );
  client.pruneLogs(Date.now() - journalRetentionMs);
  const host = new ProcessExchangeHost(config.exchangeHost, clock, log);
  const counts = new ClientCounts();
  const limits = { grantWaitMs, attemptTimeoutMs, proofWaitMs, releaseWaitMs, proof };
  const agent = new Agent(
    {
      memberId,
      storageServer: config.storageServer ?? null,
      agentVersion: VERSION,
      pollMs,
      heartbeatMs,
      catalogueMs,
      journalRetentionMs,
      limits,
    },
    {
      clock,
      host,
      changes: host,
      client: counts.counting(client),
      journal,
      results: new AmqpResults(broker.publisher, memberId),
      heartbeats: new AmqpHeartbeats(broker.queries, memberId, heartbeatMs),
      log,
      warnings,
    },
  );
  return {
    agent,
    watched: {
      broker,
      client: counts,
      agent: () => agent.figures(),
      hosts: () => host.figures(),
      journal: () => journal.figures(),
    },
    start: () => {
      host.start();
      agent.start();
    },
    close: async () => {
      await agent.stop();
      host.close();
      await journal.close();
    },
  };
}

import 'reflect-metadata';
import { commandQueue, memberIdOf, memberTopology } from '#contracts';
import { AmqpStrategy, Broker, requireTopology } from '#messaging';
import { Monitor, jsonLogger, loadConfig, runService } from '#service';
import { NestFactory } from '@nestjs/core';
import { agentModule } from './agent.module.js';
import { OWN_COMMANDS } from './adapters/amqp/commands.controller.js';
import { NestLog } from './adapters/nest-log.js';
import { NodeAgentConfig } from './config.js';
import { agentChecks, agentMetrics } from './monitoring/agent.metrics.js';
import { wireAgent } from './wiring.js';

/** Orders in hand without acknowledgement. */
const PREFETCH = 5;

await runService(async () => {
  const config = loadConfig(NodeAgentConfig);
  const memberId = memberIdOf(config.member);
  const logger = jsonLogger(`node-agent/${memberId}`);
  const log = new NestLog(logger);
  await requireTopology(config.broker.amqpUrl(), memberTopology(memberId));
  const broker = Broker.open({ url: config.broker.amqpUrl(), service: 'node', instance: memberId, log: logger });
  const wired = await wireAgent(config, broker, log);
  const monitor = await Monitor.open({
    service: 'node-agent',
    config: config.monitoring,
    checks: agentChecks(wired.watched),
    define: (metrics) => agentMetrics(metrics, wired.watched),
    log: logger,
  });
  const strategy = new AmqpStrategy(broker, {
    queues: [{ name: commandQueue(memberId), as: OWN_COMMANDS, prefetch: PREFETCH }],
    parkAs: 'node',
    verifySender: config.broker.verifySender,
  });
  const app = await NestFactory.createMicroservice(agentModule(broker, wired.agent), { strategy, logger });
  wired.start();
  await app.listen();
  log.info('service.ready', { service: 'node-agent', memberId, queue: commandQueue(memberId) });
  return {
    close: async () => {
      await strategy.close();
      await wired.close();
      await app.close();
      await monitor.close();
    },
  };
});

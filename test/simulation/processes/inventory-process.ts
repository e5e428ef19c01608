import type { DatabaseMoveObservation, Heartbeat, InventorySnapshot, NodeReport, SnapshotQuery } from '#contracts';
import { Collection } from '../../../apps/inventory/src/application/collection.js';
import { InventoryService } from '../../../apps/inventory/src/application/inventory-service.js';
import { Inventory } from '../../../apps/inventory/src/domain/inventory.js';
import type { InventorySettings } from '../../../apps/inventory/src/domain/state.js';
import type { Network, Queue } from '../surroundings/broker.js';
import { SimOutboxSender } from '../surroundings/outbox.js';
import type { SimProcess } from '../surroundings/process.js';
import { InventoryData, SimInventoryStore, type AgentOrder } from '../surroundings/stores.js';
import type { ConductorMessage } from './conductor-inbox.js';
import { repeat } from './repeat.js';

/** What the inventory's inbox carries. */
export type InventoryMessage =
  | { readonly kind: 'report'; readonly report: NodeReport }
  | { readonly kind: 'move'; readonly observation: DatabaseMoveObservation };

export interface InventorySurroundings {
  readonly process: SimProcess;
  readonly network: Network;
  readonly inbox: Queue<InventoryMessage>;
  readonly conductorInbox: Queue<ConductorMessage>;
  readonly agentQueues: ReadonlyMap<string, Queue<AgentOrder>>;
  readonly settings: InventorySettings;
}

const TICK_MS = 1_000;
const EPOCH_MS = Date.parse('2026-02-01T19:58:00Z');
const SILENT = { log: () => undefined, warn: () => undefined };

/** The production inventory on simulated surroundings. */
export class InventoryProcess {
  readonly data = new InventoryData();
  private current: InventoryService | null = null;
  private orders = 0;

  constructor(private readonly around: InventorySurroundings) {}

  begin(): void {
    void this.run();
  }

  end(): void {
    this.current = null;
    this.around.inbox.detach(this.around.process);
  }

  /** Rejects while no inventory listens. */
  snapshot(query: SnapshotQuery): Promise<InventorySnapshot> {
    return this.current ? this.current.snapshot(query) : Promise.reject(new Error('no inventory listens'));
  }

  hear(heartbeat: Heartbeat): void {
    this.current?.hear(heartbeat).catch(() => undefined);
  }

  private async run(): Promise<void> {
    const { process, network, conductorInbox, inbox, settings, agentQueues } = this.around;
    const clock = { nowMs: () => EPOCH_MS + process.schedule.nowMs };
    const sender = new SimOutboxSender(this.data.outbox, process, (_key, { id, body }) =>
      network.publish(process, conductorInbox, { id, body: { kind: 'fact', fact: body } }),
    );
    const collection = new Collection(
      {
        order: async (member) => {
          const queue = agentQueues.get(member);
          if (!queue) return 'unroutable';
          await network.publish(process, queue, { id: `look-${++this.orders}`, body: { kind: 'report' } });
          return 'routed';
        },
      },
      clock,
      { after: (delayMs, run) => process.schedule.after(delayMs, process.life, run) },
      SILENT,
    );
    const store = new SimInventoryStore(this.data, process, () => sender.wake());
    const service = await InventoryService.open(new Inventory(settings), store, collection, clock, SILENT);
    this.current = service;
    sender.wake();
    repeat(process, TICK_MS, () => service.tick());
    inbox.consume(process, ({ id, body }) =>
      body.kind === 'report' ? service.report(body.report, id) : service.observeMove(body.observation, id),
    );
  }
}

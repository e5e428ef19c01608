import type { InventoryState } from '../domain/state.js';

/** Names are unique in an Exchange organisation (MS-COPY), and case-sensitive to the backup client. */
export class KnownNames {
  private of: InventoryState['databases'] | null = null;
  private guids: ReadonlyMap<string, string> = new Map();

  constructor(private readonly databases: () => InventoryState['databases']) {}

  guidOf(databaseName: string): string | null {
    const databases = this.databases();
    if (databases !== this.of) {
      this.of = databases;
      this.guids = new Map([...databases.values()].map(({ guid, view }) => [view.name, guid]));
    }
    return this.guids.get(databaseName) ?? null;
  }
}

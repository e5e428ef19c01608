import type { DatabaseMove, DatabaseView, MemberChange, MemberView } from '#contracts';

/** What the inventory derived from what it was told, for everybody to know. */
export type InventoryFact =
  | { readonly kind: 'databaseFailedOver'; readonly move: DatabaseMove }
  | { readonly kind: 'databaseChanged'; readonly database: DatabaseView }
  | { readonly kind: 'memberChanged'; readonly member: MemberView; readonly change: MemberChange['change'] };

import type { Entry } from "./entry.ts";

/** What a change of the ledger makes of its entries; an error refuses the change. */
export type Change = (entries: readonly Entry[], now: number) => readonly Entry[];

/**
 * The actions of all replicas of a server on one cluster. Every change is made against the newest entries and stored
 * only if nobody else has changed them meanwhile, so that what two replicas want at the same time is decided once.
 */
export interface Ledger {
  /** Oldest first. @throws RemediationError `ledger_unavailable` when it cannot be reached or was damaged */
  read(): Promise<readonly Entry[]>;
  /**
   * Never forgets what counts, see room.ts.
   * @throws RemediationError `ledger_unavailable` when it cannot be reached, was damaged or is full; and what `change` throws
   */
  update(change: Change): Promise<void>;
}

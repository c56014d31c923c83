/**
 * The reason of a suppression. `gone`: the provider says that the address does not exist. `complained`: the
 * recipient marked a message as spam. `manual`: the application decided it.
 */
export type SuppressionReason = 'gone' | 'complained' | 'manual';

/** An address that gets nothing through one messenger. */
export interface Suppression {
  readonly messenger: string;
  readonly address: string;
  readonly reason: SuppressionReason;
  /** The time at which it was stored, in milliseconds since 1970. */
  readonly at: number;
}

export type SuppressionKey = Pick<Suppression, 'messenger' | 'address'>;

/** Selects suppressions that match every given field. An empty filter matches all. */
export interface SuppressionFilter {
  /** An alias. */
  readonly messenger?: string;
  readonly reason?: SuppressionReason;
  /** Only suppressions that were stored at this time or later, in milliseconds since 1970. */
  readonly since?: number;
}

export interface SuppressionStore {
  /** Adds suppressions, all of them or none. An existing one stays as it is. Returns how many were new. */
  add(suppressions: readonly Suppression[]): Promise<number>;

  /** Removes suppressions, all of them or none. Returns how many existed. */
  lift(keys: readonly SuppressionKey[]): Promise<number>;

  /** Returns the suppressions of these addresses, in any order. */
  among(messenger: string, addresses: readonly string[]): Promise<readonly Suppression[]>;

  /**
   * Lists the suppressions that match, in constant memory and always in the same order. Changes during the
   * listing may or may not appear.
   */
  list(filter: SuppressionFilter): AsyncIterable<Suppression>;
}

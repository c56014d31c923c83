/** `gone`: the provider says that there is nobody. `complained`: the recipient does not want it. `manual`: somebody here has decided so. */
export type SuppressionReason = 'gone' | 'complained' | 'manual';

/** An address that nothing is sent to through this messenger. */
export interface Suppression {
  readonly messenger: string;
  readonly address: string;
  readonly reason: SuppressionReason;
  /** In milliseconds since 1970. */
  readonly at: number;
}

export type SuppressionKey = Pick<Suppression, 'messenger' | 'address'>;

/** All that is given must hold; an empty one matches everything. */
export interface SuppressionFilter {
  /** An alias. */
  readonly messenger?: string;
  readonly reason?: SuppressionReason;
  /** Stored then or later. */
  readonly since?: number;
}

export interface SuppressionStore {
  /** All or nothing. One that is there already stays as it is. Returns how many there were not before. */
  add(suppressions: readonly Suppression[]): Promise<number>;

  /** All or nothing. Returns how many there were. */
  lift(keys: readonly SuppressionKey[]): Promise<number>;

  /** Those of these addresses that are suppressed, in any order. */
  among(messenger: string, addresses: readonly string[]): Promise<readonly Suppression[]>;

  /** Those that match, in constant memory, in an order that is always the same; what changes meanwhile may or may not be seen. */
  list(filter: SuppressionFilter): AsyncIterable<Suppression>;
}

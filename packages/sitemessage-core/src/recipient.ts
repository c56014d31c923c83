/** Who a dispatch is for. */
export interface Recipient {
  /** An alias. */
  readonly messenger: string;
  /** The address as the messenger's `getAddress` returned it. */
  readonly address: string;
  /** The id of the application's user. Absent for an address without a user. */
  readonly recipientId?: string;
}

/** Copies the fields of a recipient, and no others. */
export function recipientOf({ messenger, address, recipientId }: Loose): Recipient {
  return { messenger, address, ...(recipientId !== undefined && { recipientId }) };
}

/** A recipient whose `recipientId` may be present and undefined. */
interface Loose extends Pick<Recipient, 'messenger' | 'address'> {
  readonly recipientId?: string | undefined;
}

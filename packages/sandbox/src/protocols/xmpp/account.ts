import type { Account } from './sasl.ts';

export const domain = 'localhost';
/** The only one that there is. */
export const account: Account = { user: 'sandbox', password: 'sandbox-password' };
/** Where rooms are. */
export const roomsDomain: string = `conference.${domain}`;

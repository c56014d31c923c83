import type { Protocol } from '../protocol.ts';
import { type SmtpEmulator, startSmtp } from './smtp/emulator.ts';

/** A real SMTP server that keeps what it gets, with and without TLS. */
export const smtp: Protocol<'smtp', SmtpEmulator> = { name: 'smtp', start: startSmtp };

import type { Protocol } from '../protocol.ts';
import { startTwitter, type TwitterEmulator } from './twitter/emulator.ts';

/** The API of X, formerly Twitter, as far as it concerns posting, uploading media and refreshing tokens. */
export const twitter: Protocol<'twitter', TwitterEmulator> = { name: 'twitter', start: startTwitter };

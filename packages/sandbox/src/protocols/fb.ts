import type { Protocol } from '../protocol.ts';
import { type FbEmulator, startFb } from './fb/emulator.ts';

/** The Graph API of Facebook, as far as it concerns posting on pages and finding out with which tokens. */
export const fb: Protocol<'fb', FbEmulator> = { name: 'fb', start: startFb };

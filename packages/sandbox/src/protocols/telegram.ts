import type { Protocol } from '../protocol.ts';
import { startTelegram, type TelegramEmulator } from './telegram/emulator.ts';

/** The Bot API, as far as it concerns sending messages and finding out whom to send them to. */
export const telegram: Protocol<'telegram', TelegramEmulator> = { name: 'telegram', start: startTelegram };

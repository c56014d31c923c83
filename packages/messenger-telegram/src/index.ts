import './register.ts';

export { escapeHtml, escapeMarkdown } from './markup.ts';
export { telegram } from './messenger.ts';
export type { TelegramAddress, TelegramButton, TelegramContent, TelegramOptions } from './types.ts';
export { getChatIds, getMe, getUpdates, type TelegramUpdate, type TelegramUser } from './updates.ts';

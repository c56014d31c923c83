import { isObject } from '../../http/parameters.ts';
import { checkKeyboard } from './keyboard.ts';
import { checkNames, type Parameters, readObject } from './parameters.ts';
import { parseHtml } from './parse-html.ts';
import { parseMarkdown } from './parse-markdown.ts';
import { badRequest } from './refusal.ts';

const common = [
  'chat_id',
  'parse_mode',
  'disable_notification',
  'protect_content',
  'message_thread_id',
  'reply_markup',
  'reply_parameters',
];
const known: Readonly<Record<'sendMessage' | 'sendPhoto', readonly string[]>> = {
  sendMessage: [...common, 'text', 'link_preview_options', 'entities'],
  sendPhoto: [...common, 'photo', 'caption', 'caption_entities', 'show_caption_above_media', 'has_spoiler'],
};
/** The most code points, without markup and without the white space around the text. */
const longest = { text: 4_096, caption: 1_024 } as const;
/** The most bytes, with the markup. */
const longestMarkup = 32_768;

/** A checked message. */
export interface Sent {
  readonly chat: string;
  /** The text as a reader sees it. */
  readonly text: string;
  readonly html?: string;
  readonly photo?: string | File;
}

/** @throws Refusal for a message that the Bot API would refuse. */
export function readMessage(method: keyof typeof known, parameters: Parameters): Sent {
  checkNames(parameters, known[method]);
  const chat = readChat(parameters.chat_id);
  // Booleans and numbers are not checked: Telegram accepts any text, and reads it as false or 0.
  checkKeyboard(readObject(parameters, 'reply_markup', 'reply keyboard markup'));
  checkPreview(readObject(parameters, 'link_preview_options', 'link preview options'));
  const field = method === 'sendMessage' ? 'text' : 'caption';
  const raw = textOf(parameters[field]);
  if (!raw.isWellFormed()) throw badRequest('strings must be encoded in UTF-8');
  if (field === 'text' && raw === '') throw badRequest('message text is empty');
  if (Buffer.byteLength(raw) > longestMarkup) throw badRequest('text is too long');
  const { text, html } = read(raw, parameters.parse_mode);
  const shown = text.trim();
  if (field === 'text' && shown === '') throw badRequest('text must be non-empty');
  if ([...shown].length > longest[field]) throw badRequest(field === 'text' ? 'message is too long' : 'message caption is too long');
  return { chat, text, ...(html !== undefined && { html }), ...(method === 'sendPhoto' && { photo: readPhoto(parameters.photo) }) };
}

/** Returns a text. Telegram accepts a number as text, in JSON too. */
const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value ?? ''));

function readChat(value: unknown): string {
  const chat = String(value ?? '');
  if (chat === '') throw badRequest('chat_id is empty');
  if (/^-?\d+$/.test(chat) && Number.isSafeInteger(Number(chat)) && Number(chat) !== 0) return chat;
  if (/^@[A-Za-z]\w{3,31}$/.test(chat)) return chat.toLowerCase();
  throw badRequest('chat not found');
}

function read(raw: string, mode: unknown): { readonly text: string; readonly html?: string } {
  switch (String(mode ?? '').toLowerCase()) {
    case '':
      return { text: raw };
    case 'html':
      return { text: parseHtml(raw), html: raw };
    case 'markdownv2':
      return { text: parseMarkdown(raw) };
    default:
      throw badRequest('unsupported parse_mode');
  }
}

function readPhoto(photo: unknown): string | File {
  if (photo instanceof File && photo.size > 0) return photo;
  if (typeof photo === 'string' && /^(https?:\/\/\S+|[\w-]{8,})$/.test(photo)) return photo;
  throw badRequest('wrong file identifier/HTTP URL specified');
}

function checkPreview(options: unknown): void {
  if (options === undefined) return;
  if (!isObject(options)) throw badRequest('object expected as link preview options');
  const flags = ['is_disabled', 'prefer_small_media', 'prefer_large_media', 'show_above_text'];
  checkNames(options, [...flags, 'url']);
  for (const [name, value] of Object.entries(options)) {
    if (flags.includes(name) && typeof value !== 'boolean') throw badRequest(`field "${name}" must be of type Boolean`);
  }
}

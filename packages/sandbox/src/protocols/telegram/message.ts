import { checkBoolean, checkNames, type Parameters, readInteger, readObject } from './parameters.ts';
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
const longest = { text: 4_096, caption: 1_024 } as const;

/** What was asked to be sent, checked. */
export interface Sent {
  readonly chat: string;
  /** As a reader sees it. */
  readonly text: string;
  readonly html?: string;
  readonly photo?: string | File;
}

/** Throws a Refusal for whatever the Bot API would refuse. */
export function readMessage(method: keyof typeof known, parameters: Parameters): Sent {
  checkNames(parameters, known[method]);
  const chat = readChat(parameters.chat_id);
  for (const name of ['disable_notification', 'protect_content']) checkBoolean(parameters, name);
  readInteger(parameters, 'message_thread_id');
  checkKeyboard(readObject(parameters, 'reply_markup'));
  checkPreview(readObject(parameters, 'link_preview_options'));
  const field = method === 'sendMessage' ? 'text' : 'caption';
  const raw = parameters[field] ?? '';
  if (typeof raw !== 'string') throw badRequest(`field "${field}" must be of type String`);
  if (!raw.isWellFormed()) throw badRequest('strings must be encoded in UTF-8');
  const { text, html } = read(raw, parameters.parse_mode);
  if (field === 'text' && text.trim() === '') throw badRequest('message text is empty');
  if ([...text].length > longest[field]) throw badRequest(field === 'text' ? 'message is too long' : 'message caption is too long');
  return { chat, text, ...(html !== undefined && { html }), ...(method === 'sendPhoto' && { photo: readPhoto(parameters.photo) }) };
}

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

function checkKeyboard(markup: unknown): void {
  if (markup === undefined) return;
  const rows = (markup as { inline_keyboard?: unknown } | null)?.inline_keyboard;
  if (!Array.isArray(rows) || !rows.every(Array.isArray)) throw badRequest('object expected as reply markup');
  for (const button of rows.flat() as Record<string, unknown>[]) {
    if (typeof button.text !== 'string' || button.text === '') throw badRequest('BUTTON_TEXT_INVALID');
    if (typeof button.url === 'string' && !URL.canParse(button.url)) throw badRequest('BUTTON_URL_INVALID');
    if (Object.keys(button).length !== 2) throw badRequest('BUTTON_TYPE_INVALID');
  }
}

function checkPreview(options: unknown): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null) throw badRequest("can't parse link preview options");
  checkNames(options as Parameters, ['is_disabled', 'url', 'prefer_small_media', 'prefer_large_media', 'show_above_text']);
}

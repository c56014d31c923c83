import { type Delivery, type Receipt, UnknownOutcomeError } from '@sitemessage/core';
import { type Api, ApiRefusal } from './api.ts';
import { type Markup, textsOf } from './content.ts';
import { errorFor } from './errors.ts';
import type { Settings } from './options.ts';
import type { TelegramContent } from './types.ts';

/** Sends a delivery with one request, or with one for each part of a split text. */
export async function send(api: Api, { address, content }: Delivery, settings: Settings, signal: AbortSignal): Promise<Receipt> {
  const [first, ...rest] = textsOf(content, settings);
  const chat = createChat(address);
  const receipt = await deliver(api, chat, first, content.telegram ?? {}, signal);
  for (const [index, text] of rest.entries()) {
    try {
      // Buttons belong to the first part.
      await deliver(api, chat, text, forLaterParts(content.telegram), signal);
    } catch (error) {
      throw new UnknownOutcomeError(`${index + 1} of ${rest.length + 1} parts were sent, and then: ${(error as Error).message}`, {
        code: 'telegram_part_sent',
        cause: error,
      });
    }
  }
  return { ...receipt, ...(chat.movedTo !== undefined && { movedTo: chat.movedTo }) };
}

/** The chat to send to. Its id can change while a delivery is sent. */
interface Chat {
  id: string;
  movedTo?: string;
}

const createChat = (address: string): Chat => ({ id: address });

async function deliver(api: Api, chat: Chat, text: Markup, extra: TelegramContent, signal: AbortSignal): Promise<Receipt> {
  try {
    return await post(api, chat.id, text, extra, signal);
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    // The group became a supergroup, which the reply's parameter says. It is followed once.
    const { movedTo } = error.refusal;
    if (movedTo === undefined || chat.movedTo !== undefined) throw errorFor(error.refusal);
    chat.id = String(movedTo);
    chat.movedTo = chat.id;
    return deliver(api, chat, text, extra, signal);
  }
}

async function post(api: Api, chat: string, { text, parseMode }: Markup, extra: TelegramContent, signal: AbortSignal): Promise<Receipt> {
  const { buttons, silent, linkPreview, protect, photo, topic } = extra;
  const common = {
    chat_id: chat.startsWith('@') ? chat : Number(chat),
    ...(parseMode && { parse_mode: parseMode }),
    ...(silent !== undefined && { disable_notification: silent }),
    ...(protect !== undefined && { protect_content: protect }),
    ...(topic !== undefined && { message_thread_id: topic }),
    ...(buttons && { reply_markup: { inline_keyboard: buttons.map((row) => row.map(({ text, url }) => ({ text, url }))) } }),
  };
  const message =
    photo === undefined
      ? await api.call(
          'sendMessage',
          { ...common, text, ...(linkPreview === false && { link_preview_options: { is_disabled: true } }) },
          signal,
        )
      : await api.call('sendPhoto', { ...common, photo: fileOf(photo), ...(text !== '' && { caption: text }) }, signal);
  // A reply without ids still means that it was sent. The id of a message is unique in its chat only.
  const ids = [message?.chat?.id, message?.message_id];
  return ids.every(Number.isSafeInteger) ? { providerId: ids.join(':') } : {};
}

function forLaterParts(extra: TelegramContent = {}): TelegramContent {
  const { silent, protect, topic, linkPreview } = extra;
  return {
    ...(silent !== undefined && { silent }),
    ...(protect !== undefined && { protect }),
    ...(topic !== undefined && { topic }),
    ...(linkPreview !== undefined && { linkPreview }),
  };
}

const fileOf = (photo: NonNullable<TelegramContent['photo']>): string | File =>
  typeof photo === 'string' ? photo : new File([photo.content as Uint8Array<ArrayBuffer>], photo.filename);

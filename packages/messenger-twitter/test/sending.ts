import type { AnyMessenger, Content, Receipt } from '@sitemessage/core';
import { sendTo } from '@sitemessage/test-support';

/** Sends one post, without a mention by default. */
export const sendOne = (messenger: AnyMessenger, content?: Partial<Content>, address = ''): Promise<Receipt> =>
  sendTo(messenger, address, content);

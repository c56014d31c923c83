import type { AnyMessenger, Content, Receipt } from '@sitemessage/core';
import { sendTo } from '@sitemessage/test-support';

/** Sends one message, by default to one chat. */
export const sendOne = (messenger: AnyMessenger, content?: Partial<Content>, address = '12345678'): Promise<Receipt> =>
  sendTo(messenger, address, content);

import type { AnyMessenger, Content, Receipt } from '@sitemessage/core';
import { sendTo } from '@sitemessage/test-support';

/** Sends one post, by default on the page of the options. */
export const sendOne = (messenger: AnyMessenger, address = '', content?: Partial<Content>): Promise<Receipt> =>
  sendTo(messenger, address, content);

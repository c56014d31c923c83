import type { AnyMessenger, Content, Receipt } from '@sitemessage/core';
import { sendTo } from '@sitemessage/test-support';

/** Sends one message, by default to one wall. */
export const sendOne = (messenger: AnyMessenger, address = '12345', content?: Partial<Content>): Promise<Receipt> =>
  sendTo(messenger, address, content);

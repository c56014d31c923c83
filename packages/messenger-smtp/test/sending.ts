import type { AnyMessenger, Content, Receipt } from '@sitemessage/core';
import { sendTo } from '@sitemessage/test-support';

/** Sends one mail, to Ann by default. */
export const sendOne = (messenger: AnyMessenger, address = 'ann@example.com', content?: Partial<Content>): Promise<Receipt> =>
  sendTo(messenger, address, content);

import type { AnyMessenger, Content, Receipt } from '@sitemessage/core';
import { sendTo } from '@sitemessage/test-support';

/** One post, on the page of the options unless another is named. */
export const sendOne = (messenger: AnyMessenger, address = '', content?: Partial<Content>): Promise<Receipt> =>
  sendTo(messenger, address, content);

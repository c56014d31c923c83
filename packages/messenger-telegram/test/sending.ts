import type { AnyMessenger, Content, Receipt } from '@sitemessage/core';
import { sendTo } from '@sitemessage/test-support';

/** One message, to one chat unless another is named. */
export const sendOne = (messenger: AnyMessenger, content?: Partial<Content>, address = '12345678'): Promise<Receipt> =>
  sendTo(messenger, address, content);

import type { AnyMessenger, Content, Receipt } from '@sitemessage/core';
import { sendTo } from '@sitemessage/test-support';

/** One mail, to one recipient unless another is named. */
export const sendOne = (messenger: AnyMessenger, address = 'ann@example.com', content?: Partial<Content>): Promise<Receipt> =>
  sendTo(messenger, address, content);

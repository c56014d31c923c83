import type { AnyMessenger, Content, Receipt } from '@sitemessage/core';
import { sendTo } from '@sitemessage/test-support';

/** One message, to one wall unless another place is named. */
export const sendOne = (messenger: AnyMessenger, address = '12345', content?: Partial<Content>): Promise<Receipt> =>
  sendTo(messenger, address, content);

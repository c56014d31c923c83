import type { AnyMessenger, Content, Receipt } from '@sitemessage/core';
import { sendTo } from '@sitemessage/test-support';

/** One post, which mentions nobody unless somebody is named. */
export const sendOne = (messenger: AnyMessenger, content?: Partial<Content>, address = ''): Promise<Receipt> =>
  sendTo(messenger, address, content);

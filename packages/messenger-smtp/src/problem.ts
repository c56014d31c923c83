import { errorKind } from '@sitemessage/core';

/** What is wrong with an option or a part of a message, to follow its name. An error of ours says just that; one of an address is a sentence of its own. */
export function problemOf(error: unknown): string {
  const { message } = error as Error;
  return errorKind(error) === 'address' ? `is not right: ${message.replace(/\.$/, '')}` : message;
}

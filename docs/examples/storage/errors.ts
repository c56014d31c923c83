import { TransientError } from '@sitemessage/core';
import { redactor } from '@sitemessage/core/storage';

const { text, cause } = redactor([process.env.DATABASE_PASSWORD]);

export function unreachable(error: Error): TransientError {
  return new TransientError(
    `The database cannot be reached: ${text(error.message)}`,
    { code: 'storage_unreachable', cause: cause(error) },
  );
}

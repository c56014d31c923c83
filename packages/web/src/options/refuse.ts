import { ConfigurationError } from '@sitemessage/core';

/** @throws ConfigurationError */
export function refuse(problem: string): never {
  throw new ConfigurationError(problem, { code: 'option_invalid' });
}

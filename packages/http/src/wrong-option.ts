import { ConfigurationError } from '@sitemessage/core';

/** Names the option, and shows nothing of what it is: it may be a secret. */
export const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`http: \`${name}\` ${problem}.`, { code: 'http_option' });

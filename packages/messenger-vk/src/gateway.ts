import { ConfigurationError, UnknownOutcomeError } from '@sitemessage/core';

/** Of those the status says enough: it may work later, or the message is too long. */
const telling: readonly number[] = [408, 413, 425, 429];

/** VK answers everything with 200: who answers with one of these is somebody on the way, and would answer every message so. */
export const isGateway = (status: number): boolean => status >= 300 && status < 500 && !telling.includes(status);

/** `words`: what it said, without a secret. */
export const gatewayError = (status: number, words: string): ConfigurationError =>
  new ConfigurationError(withWords(`VK answered ${status} with what is no reply of its API`, words), { code: 'vk_gateway' });

/** Of a good status. `words`: as above. */
export const unreadableError = (words: string): UnknownOutcomeError =>
  new UnknownOutcomeError(withWords('VK answered with what is neither a response nor an error', words), { code: 'vk_unreadable' });

const withWords = (message: string, words: string): string => (words === '' ? `${message}.` : `${message}: ${words}`);

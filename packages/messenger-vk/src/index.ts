import './register.ts';

export { getAccessTokenUrl, type VkAccessTokenRequest } from './access-token.ts';
export { VkCaptchaError } from './errors.ts';
export { vk } from './messenger.ts';
export type { VkAddress, VkOptions } from './types.ts';

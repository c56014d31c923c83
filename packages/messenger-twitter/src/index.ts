import './register.ts';

export { twitter } from './messenger.ts';
export type { TwitterOAuth2, TwitterOptions, TwitterToken } from './types.ts';

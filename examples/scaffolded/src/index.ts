import './register.ts';

export { pigeonPost } from './messenger.ts';
export type { PigeonPostAddress, PigeonPostContent, PigeonPostOptions } from './types.ts';

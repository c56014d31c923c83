import './register.ts';

export { type FbAppCredentials, type FbPageAccess, getPageAccessTokens } from './accounts.ts';
export { fb } from './messenger.ts';
export type { FbAddress, FbOptions } from './types.ts';

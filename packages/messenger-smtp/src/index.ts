import './register.ts';

export { smtp } from './messenger.ts';
export type { SmtpContent, SmtpDkim, SmtpOAuth2, SmtpOptions } from './types.ts';

import './register.ts';

export { xmpp } from './messenger.ts';
export type { XmppContent, XmppOptions } from './types.ts';

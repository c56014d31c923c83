import { registerMessenger } from '@sitemessage/core';
import { xmpp } from './messenger.ts';

registerMessenger(xmpp);

import { registerMessenger } from '@sitemessage/core';
import { myProtocol } from './messenger.ts';

registerMessenger(myProtocol);

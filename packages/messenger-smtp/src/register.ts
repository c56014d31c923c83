import { registerMessenger } from '@sitemessage/core';
import { smtp } from './messenger.ts';

registerMessenger(smtp);

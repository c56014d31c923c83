import { registerMessenger } from '@sitemessage/core';
import { fb } from './messenger.ts';

registerMessenger(fb);

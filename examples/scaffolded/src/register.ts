import { registerMessenger } from '@sitemessage/core';
import { pigeonPost } from './messenger.ts';

registerMessenger(pigeonPost);

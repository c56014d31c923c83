import { registerMessenger } from '@sitemessage/core';
import { twitter } from './messenger.ts';

registerMessenger(twitter);

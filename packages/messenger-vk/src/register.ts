import { registerMessenger } from '@sitemessage/core';
import { vk } from './messenger.ts';

registerMessenger(vk);

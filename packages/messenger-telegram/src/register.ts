import { registerMessenger } from '@sitemessage/core';
import { telegram } from './messenger.ts';

registerMessenger(telegram);

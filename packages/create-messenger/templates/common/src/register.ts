import { registerMessenger } from '@sitemessage/core';
import { myProtocol } from './messenger.ts';

/**
 * The only side effect of importing the package. `package.json` names this file in `sideEffects`, so that
 * bundlers keep it.
 */
registerMessenger(myProtocol);

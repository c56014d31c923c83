import './register.ts';

export { myProtocol } from './messenger.ts';
export type { MyProtocolAddress, MyProtocolOptions } from './types.ts';

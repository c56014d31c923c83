import './register.ts';

export { myProtocol } from './messenger.ts';
export type { MyProtocolAddress, MyProtocolContent, MyProtocolOptions } from './types.ts';

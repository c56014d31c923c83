export type { Attachment, Inbox, InboxMessage } from './inbox.ts';
export type { Protocol, ProtocolContext, RunningProtocol } from './protocol.ts';
export type { SmtpEmulator, SmtpLogin, SmtpOptions } from './protocols/smtp/emulator.ts';
export type { SmtpFault, SmtpOutcome, SmtpStage } from './protocols/smtp/faults.ts';
export type { BuiltinName, Sandbox, SandboxOptions } from './sandbox.ts';
export { startSandbox } from './sandbox.ts';

import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/** nodemailer knows what the server offers, and has no public way to ask. */
interface Internals {
  readonly _supportedExtensions: readonly string[];
  _sendCommand(command: string, shown?: string): void;
}

export const offers = (smtp: SMTPConnection, extension: string): boolean =>
  (smtp as unknown as Internals)._supportedExtensions.includes(extension);

/**
 * Adds SMTPUTF8 to the next MAIL command. nodemailer adds it when an address of the envelope needs it; RFC 6531, 3.4 wants it for a header
 * too.
 */
export function announceUtf8(smtp: SMTPConnection): void {
  const internals = smtp as unknown as Internals;
  const send = internals._sendCommand;
  internals._sendCommand = (command, shown) => {
    internals._sendCommand = send;
    send.call(smtp, command.endsWith(' SMTPUTF8') || command.includes(' SMTPUTF8 ') ? command : `${command} SMTPUTF8`, shown);
  };
}

import { ConfigurationError, PermanentError, type SitemessageError } from '@sitemessage/core';
import type { SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import { getAddress, type Mailbox, readMailbox } from './address.ts';
import { readPart } from './text.ts';
import type { SmtpContent } from './types.ts';

/** The mailboxes of the address fields of a mail (RFC 5322, 3.6.2 and 3.6.3), and of its blind copies. */
export interface AddressFields {
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly replyTo: Mailbox | undefined;
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
}

/** The fields that the options of the messenger give. A message may replace them. */
export type DefaultFields = Pick<AddressFields, 'from' | 'replyTo'>;

/** @throws PermanentError `smtp_content`, which names the part. */
export function readAddressFields(address: string, { from, replyTo, cc, bcc }: SmtpContent, defaults: DefaultFields): AddressFields {
  return {
    from: from === undefined ? defaults.from : readPart('smtp.from', () => readMailbox(from)),
    to: { name: '', address },
    replyTo: replyTo === undefined ? defaults.replyTo : readPart('smtp.replyTo', () => readMailbox(replyTo)),
    cc: cc ? readCopies('smtp.cc', cc) : [],
    bcc: bcc ? readCopies('smtp.bcc', bcc) : [],
  };
}

function readCopies(name: string, addresses: unknown): Mailbox[] {
  return readPart(name, () => {
    if (!Array.isArray(addresses)) throw new Error('must be a list of addresses');
    return addresses.map((address) => ({ name: '', address: getAddress(address) }));
  });
}

/** The addresses to give to the server, and the SMTP extensions that the mail needs. */
export interface Envelope extends SMTPEnvelope {
  readonly requiredExtensions: readonly RequiredExtension[];
}

/** An extension of SMTP that a mail needs, and why. */
export interface RequiredExtension {
  readonly extension: 'SMTPUTF8' | '8BITMIME';
  /** The part that needs it, and what to do, as the end of a sentence. */
  readonly because: string;
  /** True when an option of the messenger needs it. Then no mail can go out. */
  readonly isOption: boolean;
}

/** The bytes beyond ASCII in a mail that was written. */
export interface NonAscii {
  readonly hasUtf8Headers: boolean;
  readonly has8BitBody: boolean;
}

export function createEnvelope(fields: AddressFields, defaults: DefaultFields, nonAscii: NonAscii): Envelope {
  const { from, to, cc, bcc } = fields;
  return {
    from: from.address,
    to: [...new Set([to, ...cc, ...bcc].map(({ address }) => address))],
    requiredExtensions: requiredExtensions(fields, defaults, nonAscii),
    use8BitMime: nonAscii.has8BitBody,
  };
}

/**
 * RFC 6531, 3.2: only a server that offers SMTPUTF8 may get an address or a header with letters beyond ASCII.
 * Domains are ASCII already.
 */
function requiredExtensions(fields: AddressFields, defaults: DefaultFields, nonAscii: NonAscii): readonly RequiredExtension[] {
  const found = namedAddresses(fields, defaults).find(({ address }) => /[^\0-\x7f]/.test(address));
  const required: RequiredExtension[] = [];
  if (found) {
    const because = `${found.name} has letters beyond ASCII before the @. Use another address`;
    required.push({ extension: 'SMTPUTF8', because, isOption: found.isOption });
  } else if (nonAscii.hasUtf8Headers) {
    required.push({ extension: 'SMTPUTF8', because: 'a header has letters beyond ASCII. Write it in ASCII', isOption: false });
  }
  if (nonAscii.has8BitBody) {
    const because = 'an attached mail has letters beyond ASCII. Give it the `contentType` application/octet-stream';
    required.push({ extension: '8BITMIME', because, isOption: false });
  }
  return required;
}

interface NamedAddress {
  /** The name of the part or the option that holds the address, for errors. */
  readonly name: string;
  readonly address: string;
  readonly isOption: boolean;
}

function namedAddresses({ from, to, replyTo, cc, bcc }: AddressFields, defaults: DefaultFields): readonly NamedAddress[] {
  const named = (part: string, { address }: Mailbox, isOption = false): NamedAddress => ({
    name: `\`${isOption ? part : `smtp.${part}`}\``,
    address,
    isOption,
  });
  return [
    named('from', from, from === defaults.from),
    ...(replyTo ? [named('replyTo', replyTo, replyTo === defaults.replyTo)] : []),
    { name: 'the address of the recipient', address: to.address, isOption: false },
    ...cc.map((mailbox) => named('cc', mailbox)),
    ...bcc.map((mailbox) => named('bcc', mailbox)),
  ];
}

/**
 * Makes the error for an extension that the server does not offer. It is about the options when one of them
 * needs it.
 */
export function notOfferedError({ extension, because, isOption }: RequiredExtension): SitemessageError {
  const message = `The server does not offer ${extension}, and ${because}.`;
  const options = { code: 'smtp_not_offered' };
  return isOption ? new ConfigurationError(message, options) : new PermanentError(message, options);
}

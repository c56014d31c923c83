import { ConfigurationError, PermanentError, type SitemessageError } from '@sitemessage/core';

/** An extension of SMTP that a mail needs, and the part of it that does. */
export interface Need {
  readonly extension: 'SMTPUTF8' | '8BITMIME';
  /** The part, and what to do, as the end of a sentence. */
  readonly because: string;
  /** Whether that part is an option of the messenger, so that no mail can go out. */
  readonly isOption: boolean;
}

/** An address of a mail, by the name of the part that it stands in. */
export interface NamedAddress {
  readonly name: string;
  readonly address: string;
  readonly isOption: boolean;
}

const beyondAscii = /[^\0-\x7f]/;

/** RFC 6531, 3.2: an address with letters beyond ASCII may go to a server that offers SMTPUTF8 only. Domains are ASCII already. */
export function needsOf(
  addresses: readonly NamedAddress[],
  written: { readonly hasUtf8Headers: boolean; readonly has8BitBody: boolean },
): readonly Need[] {
  const found = addresses.find(({ address }) => beyondAscii.test(address));
  const needs: Need[] = [];
  if (found) {
    const because = `${found.name} has letters beyond ASCII before the @; use another address`;
    needs.push({ extension: 'SMTPUTF8', because, isOption: found.isOption });
  } else if (written.hasUtf8Headers) {
    needs.push({ extension: 'SMTPUTF8', because: 'a header has letters beyond ASCII; write it in ASCII', isOption: false });
  }
  if (written.has8BitBody) {
    const because = 'an attached mail has letters beyond ASCII; give it the `contentType` application/octet-stream';
    needs.push({ extension: '8BITMIME', because, isOption: false });
  }
  return needs;
}

/** Final for the mail, and a matter of the options when one of them needs the extension: no mail could go out. */
export function notOffered({ extension, because, isOption }: Need): SitemessageError {
  const message = `The server does not offer ${extension}, and ${because}.`;
  return isOption ? new ConfigurationError(message, { code: 'smtp_option' }) : new PermanentError(message, { code: 'smtp_not_offered' });
}

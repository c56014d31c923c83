import { getAddress } from './address.ts';
import type { NamedAddress } from './needs.ts';
import { type Mailbox, readMailbox, type Settings } from './options.ts';
import { readPart } from './parts.ts';
import type { SmtpContent } from './types.ts';

/** Everybody whom a mail names: as the message says, and else as the options say. */
export interface Correspondents {
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly replyTo: Mailbox | undefined;
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
}

/** @throws PermanentError that names the part. */
export function readCorrespondents(address: string, { from, replyTo, cc, bcc }: SmtpContent, settings: Settings): Correspondents {
  return {
    from: from === undefined ? settings.from : readPart('smtp.from', () => readMailbox(from)),
    to: { name: '', address },
    replyTo: replyTo === undefined ? settings.replyTo : readPart('smtp.replyTo', () => readMailbox(replyTo)),
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

/** Their addresses, each with the name of the part that it comes from. */
export function namedAddresses({ from, to, replyTo, cc, bcc }: Correspondents, settings: Settings): readonly NamedAddress[] {
  const named = (part: string, { address }: Mailbox, isOption = false): NamedAddress => ({
    name: `\`${isOption ? part : `smtp.${part}`}\``,
    address,
    isOption,
  });
  return [
    named('from', from, from === settings.from),
    ...(replyTo ? [named('replyTo', replyTo, replyTo === settings.replyTo)] : []),
    { name: 'the address of the recipient', address: to.address, isOption: false },
    ...cc.map((mailbox) => named('cc', mailbox)),
    ...bcc.map((mailbox) => named('bcc', mailbox)),
  ];
}

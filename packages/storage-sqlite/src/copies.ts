import { type Copies, createCopies } from '@sitemessage/core/storage';
import { storable } from './text.ts';

/** What comes in, as SQLite can keep it. Throws what {@link storable} throws. */
export const copies: Copies = createCopies({ text: storable, id: storable });

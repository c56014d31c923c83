import { type Copies, createCopies } from '@sitemessage/core/storage';
import { storable, uuid } from './text.ts';

/** What comes in, as PostgreSQL can keep it. Throws what {@link storable} and {@link uuid} throw. */
export const copies: Copies = createCopies({ text: storable, id: uuid });

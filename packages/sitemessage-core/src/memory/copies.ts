import { type Copies, createCopies } from '../storage/copies.ts';
import type { NewDispatch, NewMessage } from '../storage/records.ts';

/** In memory, everything can be kept. */
export const copies: Copies = createCopies({ text: (text) => text, id: (id) => id });

/* Frozen: what goes out again cannot be used to change what is stored. */

export const copyMessage = (message: NewMessage): NewMessage => Object.freeze(copies.message(message));
export const copyDispatch = (dispatch: NewDispatch): NewDispatch => Object.freeze(copies.dispatch(dispatch));

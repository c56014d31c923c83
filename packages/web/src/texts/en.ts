import type { Texts } from './texts.ts';

export const en: Texts = {
  unsubscribe: {
    title: 'Unsubscribe?',
    text: 'You will get no more of these messages:',
    button: 'Unsubscribe',
  },
  notSubscribed: {
    title: 'You are not subscribed',
    text: 'This is about these messages:',
    wish: 'Do you want to get them?',
    button: 'Subscribe',
    still: 'Do you get them all the same?',
  },
  unsubscribed: {
    title: 'You are unsubscribed',
    text: 'You will get no more of these messages:',
    mistake: 'Was that a mistake?',
    button: 'Subscribe again',
  },
  resubscribed: {
    title: 'You are subscribed again',
    text: 'You will get these messages:',
  },
  preferences: {
    title: 'Your messages',
    text: 'Choose what you want to get, and how.',
    button: 'Save',
    saved: 'Your choice is saved',
    changed: {
      title: 'Nothing was saved',
      text: 'There are other choices now. Please look again.',
    },
    nothing: 'There is nothing to choose from.',
  },
  invalid: {
    title: 'This link does not work',
    text: 'It may be incomplete, or too old. Please take the whole link from the latest message.',
  },
  refused: {
    title: 'That did not work',
    text: 'Please open the link in your message again.',
  },
  failed: {
    title: 'That does not work right now',
    text: 'Please try again in a few minutes.',
  },
};

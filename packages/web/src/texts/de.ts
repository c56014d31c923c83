import type { Texts } from './texts.ts';

export const de: Texts = {
  unsubscribe: {
    title: 'Abmelden?',
    text: 'Diese Nachrichten erhalten Sie dann nicht mehr:',
    button: 'Abmelden',
  },
  notSubscribed: {
    title: 'Sie sind nicht angemeldet',
    text: 'Es geht um diese Nachrichten:',
    wish: 'Möchten Sie sie erhalten?',
    button: 'Anmelden',
    still: 'Erhalten Sie sie trotzdem?',
  },
  unsubscribed: {
    title: 'Sie sind abgemeldet',
    text: 'Diese Nachrichten erhalten Sie nicht mehr:',
    mistake: 'War das ein Versehen?',
    button: 'Wieder anmelden',
  },
  resubscribed: {
    title: 'Sie sind wieder angemeldet',
    text: 'Diese Nachrichten erhalten Sie:',
  },
  preferences: {
    title: 'Ihre Nachrichten',
    text: 'Wählen Sie, was Sie auf welchem Weg erhalten möchten.',
    button: 'Speichern',
    saved: 'Ihre Auswahl ist gespeichert',
    changed: {
      title: 'Es wurde nichts gespeichert',
      text: 'Die Auswahl hat sich geändert. Bitte sehen Sie noch einmal nach.',
    },
    nothing: 'Es gibt nichts auszuwählen.',
  },
  invalid: {
    title: 'Dieser Link funktioniert nicht',
    text: 'Vielleicht ist er unvollständig oder zu alt. Bitte verwenden Sie den ganzen Link aus der neuesten Nachricht.',
  },
  refused: {
    title: 'Das hat nicht geklappt',
    text: 'Bitte öffnen Sie den Link in Ihrer Nachricht noch einmal.',
  },
  failed: {
    title: 'Das geht gerade nicht',
    text: 'Bitte versuchen Sie es in einigen Minuten noch einmal.',
  },
};

import type { Texts } from './texts.ts';

export const fr: Texts = {
  unsubscribe: {
    title: 'Se désabonner ?',
    text: 'Vous ne recevrez plus ces messages :',
    button: 'Se désabonner',
  },
  notSubscribed: {
    title: 'Vous n’êtes pas abonné',
    text: 'Il s’agit de ces messages :',
    wish: 'Souhaitez-vous les recevoir ?',
    button: 'S’abonner',
    still: 'Les recevez-vous malgré tout ?',
  },
  unsubscribed: {
    title: 'Désabonnement effectué',
    text: 'Vous ne recevrez plus ces messages :',
    mistake: 'Était-ce une erreur ?',
    button: 'Se réabonner',
  },
  resubscribed: {
    title: 'Votre abonnement est rétabli',
    text: 'Vous recevrez ces messages :',
  },
  preferences: {
    title: 'Vos messages',
    text: 'Choisissez ce que vous souhaitez recevoir, et comment.',
    button: 'Enregistrer',
    saved: 'Votre choix est enregistré',
    changed: {
      title: 'Rien n’a été enregistré',
      text: 'Les choix possibles ont changé. Veuillez vérifier à nouveau.',
    },
    nothing: 'Il n’y a rien à choisir.',
  },
  invalid: {
    title: 'Ce lien ne fonctionne pas',
    text: 'Il est peut-être incomplet ou trop ancien. Utilisez le lien entier du message le plus récent.',
  },
  refused: {
    title: 'Cela n’a pas fonctionné',
    text: 'Veuillez ouvrir à nouveau le lien de votre message.',
  },
  failed: {
    title: 'Cela ne fonctionne pas pour le moment',
    text: 'Veuillez réessayer dans quelques minutes.',
  },
};

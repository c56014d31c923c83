import type { Texts } from './texts.ts';

export const es: Texts = {
  unsubscribe: {
    title: '¿Darse de baja?',
    text: 'Ya no recibirá estos mensajes:',
    button: 'Darse de baja',
  },
  notSubscribed: {
    title: 'No está suscrito',
    text: 'Se trata de estos mensajes:',
    wish: '¿Quiere recibirlos?',
    button: 'Suscribirse',
    still: '¿Los recibe de todos modos?',
  },
  unsubscribed: {
    title: 'Se ha dado de baja',
    text: 'Ya no recibirá estos mensajes:',
    mistake: '¿Ha sido un error?',
    button: 'Suscribirse de nuevo',
  },
  resubscribed: {
    title: 'Se ha suscrito de nuevo',
    text: 'Recibirá estos mensajes:',
  },
  preferences: {
    title: 'Sus mensajes',
    text: 'Elija qué quiere recibir y por qué medio.',
    button: 'Guardar',
    saved: 'Su elección se ha guardado',
    changed: {
      title: 'No se ha guardado nada',
      text: 'Las opciones han cambiado. Por favor, revíselas.',
    },
    nothing: 'No hay nada que elegir.',
  },
  invalid: {
    title: 'Este enlace no funciona',
    text: 'Puede que esté incompleto o que sea demasiado antiguo. Use el enlace entero del mensaje más reciente.',
  },
  refused: {
    title: 'No ha funcionado',
    text: 'Por favor, abra de nuevo el enlace de su mensaje.',
  },
  failed: {
    title: 'Ahora mismo no funciona',
    text: 'Por favor, inténtelo de nuevo en unos minutos.',
  },
};

/**
 * What goes wrong on this side of the line, named as the library and node name what goes wrong on theirs. `ECLEAR`: nobody is let in without
 * TLS. `ELATE`, `EABORT`: it took too long, or was stopped.
 */
export const coded = (code: 'ENOTLS' | 'ECLEAR' | 'ENOLOGIN' | 'EPROXY' | 'ELATE' | 'EABORT', message: string): Error =>
  Object.assign(new Error(message), { code });

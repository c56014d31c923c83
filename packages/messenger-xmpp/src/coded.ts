/** What goes wrong on this side of the line, named as the library and node name what goes wrong on theirs. */
export const coded = (code: 'ENOTLS' | 'ENOLOGIN' | 'EPROXY' | 'EABORT', message: string): Error =>
  Object.assign(new Error(message), { code });

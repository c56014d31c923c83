import { ConfigurationError, redactor } from '@sitemessage/core';

export function loginError(
  password: string,
  thrown: unknown,
): ConfigurationError {
  const hide = redactor([password]);
  const said = thrown instanceof Error ? thrown.message : 'nothing';
  return new ConfigurationError(`The login was refused: ${hide.text(said)}`, {
    code: 'login_refused',
    cause: hide.cause(thrown),
  });
}

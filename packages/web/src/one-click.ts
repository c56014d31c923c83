/** RFC 8058: what a mail provider posts. Some end it like a line, and some have more fields of this name. */
export function isOneClick(form: FormData): boolean {
  return form.getAll('List-Unsubscribe').some((value) => typeof value === 'string' && /^One-Click(\r?\n)?$/.test(value));
}

/** Bad input, in the form that all errors of this library have: `'<prop>' <rule>, got <value>`. */
export function inputError(prop: string, rule: string, got: unknown): Error {
  return new Error(`'${prop}' ${rule}, got ${typeof got === 'string' ? `'${got}'` : String(got)}`);
}

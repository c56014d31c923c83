/** A reply of these has no body: https://fetch.spec.whatwg.org/#null-body-status. */
export const withoutBody: readonly number[] = [204, 205, 304];

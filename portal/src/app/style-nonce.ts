/**
 * The nonce of this page. Its content security policy lets style elements be made only by who knows it: our libraries, which are told.
 * Styles that a script sets (`element.style`) need none.
 */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** Tells those that look for it where webpack would have put it: `get-nonce`, of the library that keeps a page from scrolling behind a dialog. */
export function tellStyleNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}

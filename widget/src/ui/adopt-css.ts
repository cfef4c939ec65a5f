/** Adds a style sheet to a document or shadow root. Constructable sheets need no `unsafe-inline` in the page's CSP. */
export function adoptCss(root: Document | ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}

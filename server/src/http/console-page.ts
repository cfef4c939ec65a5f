import { edgeUrl } from './edge-url.ts'
import type { WidgetFiles } from './widget-files.ts'

/** What the console may load and talk to: itself, and the edge. Nothing inline, nothing framed, no string becomes code. */
export function consolePolicy(url: string): string {
  const edge = new URL(edgeUrl(url)).origin
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `connect-src 'self' ${edge}`,
    // Avatars may stand anywhere; small ones are data.
    `img-src 'self' data: https:`,
    `media-src 'self' data: blob:`,
    `font-src 'self'`,
    `manifest-src 'self'`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
  ].join('; ')
}

/** The page the console draws itself into. */
export function consolePage({ consoleEntry }: Pick<WidgetFiles, 'consoleEntry'>): string {
  const body = consoleEntry
    ? '<div id="usher"></div><noscript>The console needs JavaScript.</noscript>'
    : '<p>The console is not built on this server. Run <code>npm run build</code>, then start it again.</p>'
  const script = consoleEntry ? `<script type="module" src="/console/assets/${consoleEntry}"></script>` : ''
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="same-origin">
<title>Usher</title>
<link rel="icon" href="/console/icon.svg" type="image/svg+xml">
${script}
</head>
<body>${body}</body>
</html>
`
}

/** The mark of Usher: a speech bubble that is also a door left ajar. */
export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#5b3df5" d="M7 3h18a5 5 0 0 1 5 5v11a5 5 0 0 1-5 5H14l-7 6v-6a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z"/><path fill="#fff" d="M12 8h8v11l-6 2V10z"/><circle cx="16" cy="15" r="1.2" fill="#5b3df5"/></svg>\n`

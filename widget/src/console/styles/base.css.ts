/** Colours, type and controls of the console. Both schemes reach a contrast of 4.5 for text and 3 for controls (WCAG 2, AA). */
export const baseCss = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#f5f5f8, #101014);
  --surface: light-dark(#fff, #17171c);
  --raised: light-dark(#fff, #202027);
  --hover: light-dark(#efeff4, #202028);
  --sunken: light-dark(#f1f1f5, #26262f);
  --line: light-dark(#e5e5ec, #2a2a33);
  --line-strong: light-dark(#d2d2dc, #3b3b47);
  --control: light-dark(#8b8b9a, #71717f);
  --ink: light-dark(#17171f, #f0f0f4);
  --quiet: light-dark(#5d5d6b, #a5a5b3);
  --faint: light-dark(#666675, #9292a1);
  --accent: light-dark(#4f46e5, #5b53ea);
  --accent-hover: light-dark(#4338ca, #6d66f2);
  --accent-ink: light-dark(#4338ca, #b3aeff);
  --accent-soft: light-dark(#edecfd, #26244a);
  --accent-line: light-dark(#d6d3fb, #3a3773);
  --note: light-dark(#fff6de, #332910);
  --note-line: light-dark(#f0dca3, #5a4818);
  --note-ink: light-dark(#6e4b00, #f0cf83);
  --good: light-dark(#15803d, #4ac585);
  --away: light-dark(#a34a07, #f0b44c);
  --bad: light-dark(#b91c1c, #ff8b8b);
  --bad-soft: light-dark(#fdecec, #3a1c20);
  --bad-line: light-dark(#f5c6c6, #6b2c33);
  --warn: light-dark(#fff5dc, #382c12);
  --warn-ink: light-dark(#714700, #f3cd7c);
  --shadow: 0 1px 2px light-dark(rgb(20 20 40 / .05), rgb(0 0 0 / .3));
  --shadow-float: 0 0 0 1px light-dark(rgb(20 20 40 / .08), rgb(255 255 255 / .1)), 0 10px 32px light-dark(rgb(20 20 40 / .16), rgb(0 0 0 / .5));
  --radius: 8px;
  --head: 3.5rem;
  --font: -apple-system, "Segoe UI Variable Text", "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
}
:root[data-theme=light] { color-scheme: light }
:root[data-theme=dark] { color-scheme: dark }
*, ::before, ::after { box-sizing: border-box }
html { font-family: var(--font); -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body {
  margin: 0;
  font-size: .875rem;
  line-height: 1.45;
  color: var(--ink);
  background: var(--bg);
  -webkit-font-smoothing: antialiased;
  font-feature-settings: "cv05", "ss03";
}
h1, h2, h3, h4, p, ul, dl, dd, fieldset { margin: 0; padding: 0 }
ul { list-style: none }
fieldset { border: 0; min-inline-size: 0 }
h1, h2, h3, h4 { font-size: inherit; font-weight: 600; line-height: 1.3 }
small { font-size: .75rem; color: var(--quiet) }
b { font-weight: 600 }
button, input, textarea { font: inherit; color: inherit }
time, .count, .badge { font-variant-numeric: tabular-nums }
.icon { flex: none; display: block }
.icon path { fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round }
[dir=rtl] :is(.icon-back, .icon-right, .icon-reply, .icon-logout, .icon-external) { scale: -1 1 }
/* Text in another direction keeps to its column. */
:is(.row-name, .row-preview, .facts dd, .earlier-text) { text-align: -webkit-match-parent; text-align: match-parent }
.logo { flex: none; display: block }
.logo-wall { fill: var(--accent) }
.logo-door { fill: #fff }
.visually-hidden {
  position: absolute;
  inline-size: 1px; block-size: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

:focus-visible { outline: 2px solid light-dark(#4f46e5, #a9a4ff); outline-offset: 2px }
:focus:not(:focus-visible) { outline: none }

button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: .375rem;
  padding: 0;
  border: 0;
  border-radius: var(--radius);
  background: none;
  cursor: pointer;
  white-space: nowrap;
  transition: background-color .12s, border-color .12s, color .12s, opacity .12s;
}
button.plain, .notice > button {
  min-block-size: 2rem;
  padding-inline: .75rem;
  font-weight: 500;
  background: var(--raised);
  border: 1px solid var(--line-strong);
  box-shadow: var(--shadow);
}
button.plain:hover, .notice > button:hover { background: var(--hover) }
button.primary {
  min-block-size: 2.5rem;
  padding-inline: 1rem;
  font-weight: 600;
  color: #fff;
  background: var(--accent);
}
button.primary:hover { background: var(--accent-hover) }
button.wide { inline-size: 100% }
button[data-busy=true] { opacity: .7; cursor: progress }
button.ghost { color: var(--quiet) }
button.ghost:hover { background: var(--hover); color: var(--ink) }
button.icon-only { inline-size: 2rem; block-size: 2rem; flex: none }
button.link { display: inline; font-weight: 500; color: var(--accent-ink); text-decoration: underline; text-underline-offset: 2px; border-radius: 3px }
button.link.quiet { color: var(--quiet) }
button.link:hover { text-decoration-thickness: 2px }
a { color: var(--accent-ink); text-underline-offset: 2px }

kbd {
  display: inline-block;
  min-inline-size: 1.375rem;
  padding: .0625rem .3125rem;
  font: inherit;
  font-size: .6875rem;
  line-height: 1.125rem;
  text-align: center;
  color: var(--quiet);
  background: var(--surface);
  border: 1px solid var(--line-strong);
  border-radius: 5px;
}
.tag {
  padding: 0 .375rem;
  font-size: .6875rem;
  font-weight: 500;
  line-height: 1.125rem;
  color: var(--quiet);
  background: var(--sunken);
  border-radius: 5px;
}
.tag.open { color: var(--good) }
.tag.queued { color: var(--away) }
.badge {
  min-inline-size: 1.125rem;
  padding-inline: .3125rem;
  font-size: .6875rem;
  font-weight: 600;
  line-height: 1.125rem;
  text-align: center;
  color: #fff;
  background: var(--accent);
  border-radius: 99px;
}
.dot { flex: none; inline-size: .625rem; block-size: .625rem; border-radius: 50%; background: var(--control) }
.dot.online { background: light-dark(#16a34a, #4ac585) }
.dot.away { background: light-dark(#e08a0b, #f0b44c) }
.dot.offline { background: var(--surface); box-shadow: inset 0 0 0 2px var(--control) }

.switch {
  flex: none;
  appearance: none;
  display: inline-block;
  position: relative;
  inline-size: 2rem; block-size: 1.1875rem;
  margin: 0;
  border-radius: 99px;
  background: var(--control);
  cursor: pointer;
  transition: background-color .15s;
}
.switch::after {
  content: "";
  position: absolute;
  inset-block-start: 2px; inset-inline-start: 2px;
  inline-size: calc(1.1875rem - 4px); block-size: calc(1.1875rem - 4px);
  border-radius: 50%;
  background: #fff;
  transition: translate .15s;
}
.switch:is(:checked, [data-on=true]) { background: var(--accent) }
.switch:is(:checked, [data-on=true])::after { translate: .8125rem 0 }
[dir=rtl] .switch:is(:checked, [data-on=true])::after { translate: -.8125rem 0 }

.spinner { inline-size: 1.5rem; block-size: 1.5rem; border: 2px solid var(--line-strong); border-block-start-color: var(--accent); border-radius: 50%; animation: turn .8s linear infinite }
@keyframes turn { to { rotate: 1turn } }
@keyframes rise { from { opacity: 0; translate: 0 6px } }
@keyframes fade { from { opacity: 0 } }
@keyframes shimmer { 50% { opacity: .45 } }
.over { position: absolute; inset: 0; margin: auto }

.notice {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: .375rem;
  padding: 2rem 1.5rem;
  text-align: center;
  color: var(--quiet);
  text-wrap: balance;
}
.notice :is(h2, h3) { color: var(--ink) }
.notice p { max-inline-size: 22rem }
.notice > button { margin-block-start: .5rem; color: var(--ink) }
.notice.compact { flex-direction: row; padding: .625rem .75rem; background: var(--bad-soft) }
.notice-icon { display: grid; place-items: center; inline-size: 2.5rem; block-size: 2.5rem; margin-block-end: .375rem; border-radius: 50%; background: var(--sunken) }
.notice-actions { display: flex; gap: .5rem; margin-block-start: .75rem; color: var(--ink) }

@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation: none !important; transition: none !important }
}
@media (forced-colors: active) {
  .dot, .switch, .badge { forced-color-adjust: none }
}
`

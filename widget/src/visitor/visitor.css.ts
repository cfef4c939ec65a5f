import { avatarCss, shadeTokensCss } from '../ui/tokens.css.ts'

/** The panel's look. Variables, frame, header and buttons come from the loader's sheet in the same shadow root. */
export const visitorCss = `${shadeTokensCss}${avatarCss}
p, h2 { margin: 0 }
.icon { fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; display: block }
.sr { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.header { border-color: var(--u-line) }
.round { color: var(--u-quiet); opacity: 1 }
.frame { box-shadow: var(--u-shadow) }
.header .avatar { --avatar: 40px }
.unmanned .avatar { background: var(--u-accent); color: var(--u-on-accent) }
.who { flex: 1; min-inline-size: 0; display: flex; flex-direction: column }
.who b, .state { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.who b { line-height: 1.3 }
.state { font-size: 13px; color: var(--u-quiet) }
.dot { display: inline-block; inline-size: 8px; block-size: 8px; margin-inline-end: 6px; border-radius: 50%; background: var(--u-line); box-shadow: inset 0 0 0 1.5px var(--u-quiet) }
.dot.on { background: var(--u-good); box-shadow: none }

.banner, .intro p, .row.event, .refused, .failed p { unicode-bidi: plaintext }
.banner { padding: 8px 16px; font-size: 13px; text-align: center; background: var(--u-raised); color: var(--u-quiet) }
.banner.none { display: none }
.banner.warn { background: var(--u-warn-soft); color: var(--u-warn-ink) }
.banner.bad { background: var(--u-bad-soft); color: var(--u-bad) }

.thread { position: relative; flex: 1; min-block-size: 0; display: flex; flex-direction: column }
.scroll {
  position: relative;
  flex: 1;
  min-block-size: 0;
  overflow: hidden auto;
  overflow-anchor: none;
  overscroll-behavior: contain;
  scrollbar-width: thin;
  scrollbar-color: var(--u-line) transparent;
  display: flex;
  flex-direction: column;
  padding: 0 16px 12px;
}
.scroll:focus-visible { outline-offset: -2px; border-radius: 4px }
.scroll > :first-child { margin-block-start: auto }
.older { display: grid; place-items: center; min-block-size: 44px }
.spinner { inline-size: 18px; block-size: 18px; border-radius: 50%; border: 2px solid var(--u-line); border-block-start-color: var(--u-quiet); animation: turn .8s linear infinite }
.intro { padding: 28px 24px 12px; text-align: center }
.intro h2 { font-size: 17px; font-weight: 650; line-height: 1.35; text-wrap: balance; white-space: pre-line; overflow-wrap: anywhere }
.intro p { margin-block-start: 6px; font-size: 13.5px; color: var(--u-quiet); text-wrap: balance }
.intro.alone { margin-block: auto }
.intro.alone h2 { font-size: 22px; letter-spacing: -.01em }
.intro.alone p { font-size: 14.5px; margin-block-start: 10px }

.row.day { display: flex; align-items: center; gap: 12px; margin: 20px 0 10px; font-size: 12px; font-weight: 600; color: var(--u-quiet) }
.row.day::before, .row.day::after { content: ""; flex: 1; block-size: 1px; background: var(--u-line) }
.row.event { margin: 14px auto; max-inline-size: 34ch; text-align: center; font-size: 13px; color: var(--u-quiet); text-wrap: balance }
.message { display: flex; gap: 8px; margin-block-start: 2px }
.message.first { margin-block-start: 12px }
.message.own { justify-content: flex-end; padding-inline-start: 44px }
.message.other { padding-inline-end: 36px }
.side { flex: none; inline-size: 28px; display: flex; align-items: flex-end }
.stack { display: flex; flex-direction: column; align-items: flex-start; min-inline-size: 0; max-inline-size: 100% }
.own .stack { align-items: flex-end }
.name { margin: 0 0 3px 2px; font-size: 12.5px; font-weight: 600; color: var(--u-quiet) }
.bubble {
  max-inline-size: 100%;
  padding: 8px 13px;
  border-radius: 18px;
  border-end-start-radius: 5px;
  border-start-start-radius: 5px;
  background: var(--u-raised);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  text-align: start;
}
.first .bubble { border-start-start-radius: 18px }
.own .bubble { border-radius: 18px; border-end-end-radius: 5px; border-start-end-radius: 5px; background: var(--u-accent); color: var(--u-on-accent) }
.own.first .bubble { border-start-end-radius: 18px }
.other.last .bubble { border-end-start-radius: 5px }
.bubble a { color: inherit; text-decoration: underline; text-underline-offset: 2px }
.bubble a:focus-visible { outline-color: currentColor; border-radius: 2px }
.own.bad .bubble { background: var(--u-bad-soft); color: var(--u-ink); box-shadow: inset 0 0 0 1px var(--u-bad) }
.meta { display: inline-flex; align-items: center; gap: 4px; margin: 3px 4px 0; font-size: 11.5px; color: var(--u-quiet); font-variant-numeric: tabular-nums }
.tick { display: inline-flex }
.tick .icon { stroke-width: 2.1 }
.tick.sending { opacity: .55 }
.tick.read { color: var(--u-focus) }
.refused { margin: 4px 4px 0; font-size: 12.5px; color: var(--u-bad); text-align: end; text-wrap: balance }
.link { margin-inline-start: 6px; font-weight: 650; text-decoration: underline; text-underline-offset: 2px; border-radius: 3px }
.typing { margin-block-start: 8px }
.typing .bubble { display: flex; align-items: center; gap: 4px; block-size: 38px; border-start-start-radius: 18px }
.typing i { inline-size: 7px; block-size: 7px; border-radius: 50%; background: var(--u-quiet); animation: bob 1.2s ease-in-out infinite }
.typing i:nth-child(2) { animation-delay: .15s }
.typing i:nth-child(3) { animation-delay: .3s }
.pill {
  position: absolute;
  inset-block-end: 10px;
  inset-inline: 0;
  margin-inline: auto;
  inline-size: fit-content;
  display: flex;
  align-items: center;
  gap: 6px;
  padding: 8px;
  border-radius: 18px;
  font-size: 13px;
  font-weight: 600;
  background: var(--u-surface);
  color: var(--u-ink);
  box-shadow: 0 0 0 1px var(--u-line), 0 4px 14px rgb(0 0 0 / .16);
  animation: rise .18s ease-out;
}
.pill.news { padding-inline-start: 14px; background: var(--u-accent); color: var(--u-on-accent); box-shadow: 0 4px 14px rgb(0 0 0 / .22) }

.composer { padding: 8px 12px calc(12px + env(safe-area-inset-bottom)) }
.box { display: flex; align-items: flex-end; gap: 4px; padding: 4px; border-radius: 22px; background: var(--u-raised); box-shadow: inset 0 0 0 1px transparent; transition: box-shadow .12s }
.box:focus-within { box-shadow: inset 0 0 0 2px var(--u-focus) }
.box.bad { box-shadow: inset 0 0 0 2px var(--u-bad) }
.grow { flex: 1; min-inline-size: 0; display: grid; max-block-size: 144px; overflow: hidden auto; overscroll-behavior: contain; scrollbar-width: thin }
.grow::after { box-sizing: border-box; content: attr(data-text); visibility: hidden; white-space: pre-wrap; overflow-wrap: anywhere }
.grow::after, textarea { grid-area: 1 / 1; font: inherit; font-size: 16px; line-height: 1.4; padding: 7px 4px 7px 12px; padding-inline: 12px 4px; min-block-size: 36px }
textarea { inline-size: 100%; margin: 0; border: 0; background: none; color: inherit; resize: none; overflow: hidden; outline: none }
textarea::placeholder { color: var(--u-quiet); opacity: 1 }
.send { flex: none; display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: 50%; background: var(--u-accent); color: var(--u-on-accent); transition: opacity .15s, transform .15s, background .15s }
.send[aria-disabled=true] { background: none; color: var(--u-quiet); cursor: default }
.send:not([aria-disabled=true]):active { transform: scale(.92) }
.onward:dir(rtl) { transform: scaleX(-1) }
.hints { padding: 3px 14px 0; font-size: 11.5px; line-height: 1.2; color: var(--u-quiet); text-align: end }
.hints .over { color: var(--u-bad); font-weight: 600 }
.composer .refused { margin: 0 8px 6px; text-align: start }


.bones { flex: 1; display: grid; align-content: end; gap: 12px; padding: 18px }
.bone { width: 60%; height: 40px; border-radius: 16px; background: var(--u-raised); animation: breathe 1s infinite alternate }
.bone.own { justify-self: end }
.failed { margin: auto; padding: 32px; text-align: center; text-wrap: balance; color: var(--u-quiet); display: flex; flex-direction: column; align-items: center; gap: 6px; flex: none }
.failed b { color: var(--u-ink); font-size: 16px }
.failed .icon { margin-block-end: 6px }
.failed small { margin-block-start: 6px; font-size: 12.5px }
.retry { margin-top: 14px; padding: 10px 18px; border-radius: 10px; background: var(--u-accent); color: var(--u-on-accent); font-weight: 600 }
@keyframes breathe { to { opacity: .4 } }
@keyframes turn { to { transform: rotate(1turn) } }
@keyframes bob { 0%, 60%, 100% { transform: none; opacity: .5 } 30% { transform: translateY(-4px); opacity: 1 } }
@keyframes rise { from { transform: translateY(6px); opacity: 0 } }
@media (pointer: coarse) { .link { padding: 8px 2px } }
@media (forced-colors: active) { .bubble, .box, .pill { border: 1px solid } }
`

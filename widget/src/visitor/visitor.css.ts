import { avatarCss, shadeTokensCss } from '../ui/tokens.css.ts'

/** The panel's look. Frame, header and round buttons come from the loader's sheet in the same shadow root. */
export const visitorCss = `${shadeTokensCss}${avatarCss}
p, h2 { margin: 0 }
.icon { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; display: block }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.header { border-color: var(--u-line) }
.header .avatar { --avatar: 40px }
.unmanned .avatar { background: var(--u-accent); color: var(--u-on-accent) }
.who { flex: 1; min-width: 0 }
.who > * { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.who b { line-height: 1.3 }
.state { font-size: 13px; color: var(--u-quiet) }
.dot { display: inline-block; width: 8px; height: 8px; margin-inline-end: 6px; border-radius: 50%; border: 2px solid var(--u-quiet) }
.dot.on { background: var(--u-good); border: 0 }

.banner, .intro p, .event, .refused, .failed p { unicode-bidi: plaintext; text-wrap: balance }
.banner { padding: 8px 16px; font-size: 13px; text-align: center; background: var(--u-raised) }
.banner:empty { display: none }
.warn { background: var(--u-warn-soft); color: var(--u-warn-ink) }
.bad { background: var(--u-bad-soft); color: var(--u-bad) }

.thread { position: relative; flex: 1; min-height: 0; display: flex }
.scroll {
  position: relative;
  flex: 1;
  overflow: hidden auto;
  overflow-anchor: none;
  overscroll-behavior: contain;
  scrollbar-width: thin;
  scrollbar-color: var(--u-line) #0000;
  display: flex;
  flex-direction: column;
  padding: 0 16px 12px;
}
.scroll:focus-visible { outline-offset: -2px }
.scroll > :first-child { margin-top: auto }
.older { display: grid; place-items: center; flex: 0 0 44px }
.spinner { width: 18px; height: 18px; border-radius: 50%; border: 2px solid var(--u-line); border-top-color: var(--u-quiet); animation: turn .8s linear infinite }
.intro { padding: 28px 24px 12px; text-align: center; color: var(--u-quiet) }
.intro h2 { font-size: 17px; line-height: 1.35; color: var(--u-ink); text-wrap: balance; white-space: pre-line; overflow-wrap: anywhere; margin-bottom: 6px }
.intro p { font-size: 14px }
.alone { margin-block: auto }
.alone h2 { font-size: 22px }

.day, .event { margin: 18px 0 12px; text-align: center; font-size: 12.5px; color: var(--u-quiet) }
.day { display: flex; align-items: center; gap: 12px; font-weight: 600 }
.day::before, .day::after { content: ""; flex: 1; height: 1px; background: var(--u-line) }
.event { padding: 0 32px }
.message { display: flex; gap: 8px; margin-top: 2px; padding-inline-end: 36px }
.first { margin-top: 12px }
.message.own { justify-content: flex-end; padding-inline: 44px 0 }
.side { flex: 0 0 28px; align-self: flex-end }
.stack { display: flex; flex-direction: column; align-items: flex-start; min-width: 0 }
.own .stack { align-items: flex-end }
.name { margin: 0 0 3px 2px; font-size: 12.5px; font-weight: 600; color: var(--u-quiet) }
.bubble {
  max-width: 100%;
  padding: 8px 13px;
  border-radius: 18px;
  border-start-start-radius: 5px;
  border-end-start-radius: 5px;
  background: var(--u-raised);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.first .bubble { border-start-start-radius: 18px }
.own .bubble { border-radius: 18px; border-start-end-radius: 5px; border-end-end-radius: 5px; background: var(--u-accent); color: var(--u-on-accent) }
.own.first .bubble { border-start-end-radius: 18px }
.bubble a { color: inherit; text-underline-offset: 2px }
.bubble a:focus-visible { outline-color: currentColor }
.lost .bubble { background: var(--u-bad-soft); color: var(--u-ink); outline: 1px solid var(--u-bad) }
.meta { display: flex; align-items: center; gap: 4px; margin: 3px 4px 0; font-size: 11.5px; color: var(--u-quiet) }
.sending { opacity: .55 }
.read { color: var(--u-focus) }
.refused { margin: 4px 4px 0; font-size: 12.5px; color: var(--u-bad); text-align: end }
.link { margin-inline-start: 6px; font-weight: 600; text-decoration: underline }
.typing .bubble { display: flex; align-items: center; gap: 4px; height: 38px }
.typing i { width: 7px; height: 7px; border-radius: 50%; background: var(--u-quiet); animation: bob .6s infinite alternate }
.typing i + i { animation-delay: .15s }
.typing i + i + i { animation-delay: .3s }
.pill {
  position: absolute;
  inset: auto 0 10px;
  margin-inline: auto;
  width: fit-content;
  display: flex;
  align-items: center;
  gap: 6px;
  padding: 8px;
  border-radius: 18px;
  font-size: 13px;
  font-weight: 600;
  background: var(--u-surface);
  box-shadow: 0 0 0 1px var(--u-line), 0 4px 14px #0003;
}
.news { padding-inline-start: 14px; background: var(--u-accent); color: var(--u-on-accent) }

.composer { padding: 8px 12px calc(12px + env(safe-area-inset-bottom)) }
.box { display: flex; align-items: flex-end; gap: 4px; padding: 4px; border-radius: 22px; background: var(--u-raised) }
.box:focus-within { outline: 2px solid var(--u-focus) }
.over.box { outline: 2px solid var(--u-bad) }
.grow { flex: 1; min-width: 0; display: grid; max-height: 144px; overflow: hidden auto; overscroll-behavior: contain; scrollbar-width: thin }
.grow::after { content: attr(data-text); visibility: hidden; white-space: pre-wrap; overflow-wrap: anywhere }
.grow::after, textarea { box-sizing: border-box; grid-area: 1/1; font: inherit; font-size: 16px; line-height: 1.4; padding: 7px 12px; min-height: 36px }
textarea { width: 100%; margin: 0; border: 0; background: none; color: inherit; resize: none; overflow: hidden; outline: none }
textarea::placeholder { color: var(--u-quiet); opacity: 1 }
.send { display: grid; place-items: center; width: 36px; height: 36px; border-radius: 50%; background: var(--u-accent); color: var(--u-on-accent) }
.send[aria-disabled=true] { background: none; color: var(--u-quiet); cursor: default }
.onward:dir(rtl) { transform: scaleX(-1) }
.hints { padding: 3px 14px 0; font-size: 11.5px; color: var(--u-quiet); text-align: end }
.hints:empty { display: none }
.hints.over { color: var(--u-bad) }

.bones { flex: 1; display: grid; align-content: end; gap: 12px; padding: 18px }
.bone { width: 60%; height: 40px; border-radius: 16px; background: var(--u-raised); animation: bob 1s infinite alternate }
.bone + .own { justify-self: end }
.failed { margin: auto; padding: 32px; text-align: center; color: var(--u-quiet); display: flex; flex-direction: column; align-items: center; gap: 6px }
.retry { margin: 10px; padding: 10px 18px; border-radius: 10px; background: var(--u-accent); color: var(--u-on-accent); font-weight: 600 }
@keyframes turn { to { rotate: 1turn } }
@keyframes bob { to { opacity: .35 } }
@media (pointer: coarse) { .link { padding: 8px 2px } }
@media (forced-colors: active) { .bubble, .box, .pill { border: 1px solid } }
`

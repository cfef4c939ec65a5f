import { phoneQuery } from '../ui/phone-query.ts'

/**
 * Launcher, badge and frame. `!important` on the host: rules of the page win over `:host` otherwise.
 * Only closing delays `visibility`: what is opened must take the focus at once. The z-index 2147483000 leaves room above for a page that really must cover the chat.
 */
export const loaderCss = `
:host {
  all: initial !important;
  position: fixed !important;
  z-index: 2147483000 !important;
  --edge: max(20px, env(safe-area-inset-bottom));
}
:host(.away) { display: none !important }
* { box-sizing: border-box }
.launcher, .frame {
  position: fixed;
  inset: auto 20px var(--edge) auto;
  inset-inline: auto 20px;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  color: var(--u-ink);
  text-align: start;
}
:host(.left) > * { inset-inline: 20px auto !important }
button { font: inherit; color: inherit; cursor: pointer; border: 0; padding: 0; background: none; -webkit-tap-highlight-color: #0000 }
:focus-visible { outline: 2px solid var(--u-focus); outline-offset: 2px }
.launcher, .round { display: grid; place-items: center; border-radius: 50% }
.launcher {
  width: 56px;
  height: 56px;
  background: var(--u-accent);
  color: var(--u-on-accent);
  box-shadow: 0 6px 20px #0005;
  transition: .2s;
  forced-color-adjust: none;
}
.launcher:hover { transform: translateY(-2px) }
.launcher > i { grid-area: 1/1; transition: .2s }
.chat {
  width: 28px;
  height: 28px;
  background: currentColor;
  clip-path: path(evenodd, "M14 3C7 3 2 7 2 13q0 4 3 7l-1 5 5-2q2 1 5 1c7 0 12-5 12-11S21 3 14 3M8 12a2 2 0 100 3 2 2 0 000-3m6 0a2 2 0 100 3 2 2 0 000-3m6 0a2 2 0 100 3 2 2 0 000-3");
}
.down { width: 11px; height: 11px; border: solid; border-width: 0 2px 2px 0; translate: 0 -3px; rotate: 45deg }
.launcher > .down, :host(.open) .chat { opacity: 0; scale: .5 }
:host(.open) .down { opacity: 1; scale: 1 }
.badge {
  position: absolute;
  inset: -4px -4px auto auto;
  min-width: 23px;
  padding: 0 6px;
  border-radius: 12px;
  border: 2px solid var(--u-surface);
  background: #d92d34;
  color: #fff;
  font-size: 12px;
  font-weight: 700;
  line-height: 19px;
  text-align: center;
  animation: pop .3s cubic-bezier(.2, 1.6, .4, 1);
}
.badge:empty, :host(.open) .badge { display: none }
.frame {
  margin-block-end: 72px;
  width: min(396px, 100vw - 40px);
  height: min(660px, 100vh - 112px);
  display: flex;
  flex-direction: column;
  overflow: hidden;
  border-radius: 16px;
  background: var(--u-surface);
  box-shadow: 0 0 0 1px #8883, 0 8px 40px #0004;
  outline: none;
  visibility: hidden;
  opacity: 0;
  transform: translateY(12px) scale(.98);
  transition: .2s;
}
:host(.open) .frame { visibility: visible; opacity: 1; transform: none; transition-property: opacity, transform }
.header { display: flex; align-items: center; gap: 10px; min-height: 64px; padding: 0 16px; border-bottom: 1px solid #8883 }
.header b { flex: 1; font-size: 16px }
.round { width: 40px; height: 40px; margin-inline-end: -6px; opacity: .7 }
.round:hover { background: #8882 }
.body { margin: auto; padding: 32px; text-align: center; text-decoration: underline }
@keyframes pop { 0% { transform: scale(0) } }
@media ${phoneQuery} {
  .frame { inset: 0 !important; margin: 0; width: auto; height: var(--u-height, 100dvh); border-radius: 0; padding-top: env(safe-area-inset-top) }
  :host(.open) .launcher { visibility: hidden }
}
@media (prefers-reduced-motion) { * { animation: none !important; transition: none !important } }
@media print { :host { display: none !important } }
`

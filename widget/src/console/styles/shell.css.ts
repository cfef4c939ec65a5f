/** The frame: rail, panes, banner, menus, dialogs, toasts. */
export const shellCss = `
.workspace {
  display: grid;
  grid-template: "rail banner" auto "rail panes" minmax(0, 1fr) / auto minmax(0, 1fr);
  block-size: 100vh;
  block-size: 100dvh;
  overflow: hidden;
}
.skip-link {
  position: fixed;
  inset-block-start: .5rem; inset-inline-start: .5rem;
  z-index: 30;
  padding: .5rem .75rem;
  background: var(--raised);
  border-radius: var(--radius);
  box-shadow: var(--shadow-float);
}
.skip-link:not(:focus) { clip-path: inset(50%) }
.panes {
  grid-area: panes;
  display: grid;
  grid-template-columns: 21.5rem minmax(0, 1fr);
  margin: .5rem .5rem .5rem 0;
  margin: .5rem;
  margin-inline-start: 0;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 12px;
  overflow: hidden;
  position: relative;
}
.panes > * { min-block-size: 0; min-inline-size: 0; display: flex; flex-direction: column }
.pane-head {
  flex: none;
  display: flex;
  align-items: center;
  gap: .625rem;
  min-block-size: var(--head);
  padding-inline: 1rem;
}
.pane-head :is(h1, h2) { font-size: 1rem; letter-spacing: -.01em }
.back { display: none; margin-inline-start: -.5rem }

.rail { grid-area: rail; display: flex; flex-direction: column; inline-size: 13.5rem; padding: .5rem .625rem; gap: .25rem }
.brand { display: flex; align-items: center; gap: .5625rem; block-size: var(--head); padding-inline: .5rem; font-size: 1.0625rem; font-weight: 650; letter-spacing: -.02em }
.rail ul { display: grid; gap: 2px }
.rail-item {
  display: flex;
  align-items: center;
  justify-content: flex-start;
  gap: .625rem;
  inline-size: 100%;
  min-block-size: 2.125rem;
  padding-inline: .5625rem;
  font-weight: 500;
  color: var(--quiet);
  text-decoration: none;
  border-radius: var(--radius);
  transition: background-color .12s, color .12s;
}
.rail-item:hover { background: light-dark(#e9e9ef, #1f1f26); color: var(--ink) }
.rail-item[aria-current=page] { background: light-dark(#e4e4ec, #26262f); color: var(--ink); font-weight: 600 }
.rail-item[aria-current=page] .icon { color: var(--accent-ink) }
.rail-label { flex: 1; text-align: start }
.count { min-inline-size: 1.25rem; padding-inline: .25rem; font-size: .75rem; font-weight: 500; text-align: center; color: var(--quiet) }
.count.urgent { padding-inline: .375rem; line-height: 1.125rem; font-weight: 600; color: var(--warn-ink); background: light-dark(#fde9b8, #4a3a12); border-radius: 99px }
.rail-foot { margin-block-start: auto; display: grid; gap: .25rem }
.rail-foot kbd { background: none }
.avatar-dot { position: relative; display: inline-flex; --avatar: 1.875rem }
.avatar-dot .dot { position: absolute; inset-block-end: -1px; inset-inline-end: -1px; outline: 2px solid var(--bg) }
.me-button { inline-size: 100%; justify-content: flex-start; gap: .5625rem; padding: .4375rem .5rem; text-align: start; white-space: normal }
.me-button:is(:hover, [aria-expanded=true]) { background: light-dark(#e9e9ef, #1f1f26) }
.me-text { flex: 1; min-inline-size: 0; display: grid; line-height: 1.25 }
.me-text b { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }

.banner-slot { grid-area: banner }
.banner { display: flex; align-items: center; gap: .625rem; min-block-size: 2.5rem; margin: .5rem .5rem 0 0; margin-inline: 0 .5rem; padding: .25rem .25rem .25rem .75rem; padding-inline: .75rem .25rem; font-weight: 500; border-radius: 10px; animation: rise .2s ease-out }
.banner.warn { color: var(--warn-ink); background: var(--warn); border: 1px solid var(--note-line) }
.banner > span:not(.visually-hidden) { flex: 1 }

.menu-root { position: relative }
.menu {
  position: absolute;
  inset-block-end: calc(100% + .375rem);
  inset-inline-start: 0;
  z-index: 20;
  inline-size: 17rem;
  max-inline-size: calc(100vw - 1rem);
  padding: .3125rem;
  background: var(--raised);
  border-radius: 12px;
  box-shadow: var(--shadow-float);
  animation: rise .14s ease-out;
}
.menu hr { margin: .3125rem .5rem; border: 0; border-block-start: 1px solid var(--line) }
.menu-item { inline-size: 100%; justify-content: flex-start; gap: .625rem; min-block-size: 2.125rem; padding: .3125rem .5rem; text-align: start; white-space: normal }
.menu-item:is(:hover, :focus-visible) { background: var(--hover) }
.menu-item > .icon { color: var(--quiet) }
.menu-item > .dot { margin-inline: 3px }
.menu-label { flex: 1; display: grid; line-height: 1.3 }

.dialog { inline-size: 34rem; max-inline-size: calc(100vw - 2rem); max-block-size: calc(100dvh - 2rem); padding: 0; border: 0; border-radius: 14px; color: inherit; background: var(--raised); box-shadow: var(--shadow-float); animation: rise .18s ease-out }
.dialog::backdrop { background: rgb(10 10 20 / .45); animation: fade .18s }
.dialog-body { padding: 1rem 1.25rem 1.25rem }
.dialog-head { display: flex; align-items: center; justify-content: space-between; min-block-size: 2rem; margin-block-end: .75rem }
.dialog-head h2 { font-size: 1.0625rem; letter-spacing: -.01em }
.dialog-text { margin-block-end: 1rem; color: var(--quiet) }
.switch-row { display: flex; align-items: center; gap: 1rem; padding: .75rem .875rem; background: var(--sunken); border-radius: 10px; cursor: pointer }
.switch-row > span { flex: 1; display: grid; gap: .125rem }
.keys { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; margin-block-start: 1rem; transition: opacity .15s }
.keys.off section:first-child { opacity: .45 }
.keys h3 { margin-block-end: .375rem; font-size: .75rem; color: var(--quiet) }
.keys dl > div { display: flex; align-items: center; justify-content: space-between; gap: .75rem; min-block-size: 1.875rem }
.keys dd { flex: none }
.keys i { margin-inline: .3125rem; font-size: .75rem; font-style: normal; color: var(--faint) }

.toasts { position: fixed; inset-block-end: 1.25rem; inset-inline: 14.25rem 1rem; z-index: 40; display: flex; flex-direction: column; align-items: flex-start; gap: .5rem; pointer-events: none }
.toast {
  display: flex;
  align-items: center;
  gap: .625rem;
  max-inline-size: min(20.5rem, calc(100vw - 1.5rem));
  min-block-size: 2.75rem;
  padding: .25rem .375rem .25rem .875rem;
  padding-inline: .875rem .375rem;
  color: light-dark(#fff, #17171f);
  background: light-dark(#22222b, #f0f0f4);
  border-radius: 10px;
  box-shadow: var(--shadow-float);
  pointer-events: auto;
  animation: rise .2s ease-out;
}
.toast > span { flex: 1; padding-block: .25rem }
.toast .icon-check { color: light-dark(#5fd69a, #15803d) }
.toast.bad > .icon { color: light-dark(#ff9b9b, #b91c1c) }
.toast-action { min-block-size: 2rem; padding-inline: .75rem; font-weight: 600; color: light-dark(#c4c0ff, #4338ca) }
.toast button:hover { background: light-dark(rgb(255 255 255 / .12), rgb(0 0 0 / .08)) }
.toast .ghost, .toast .ghost:hover { color: inherit; opacity: .8 }
.toast :focus-visible { outline-color: currentColor; outline-offset: -2px }

@media (min-width: 1200px) {
  .narrow-only { display: none }
  .workspace[data-card=true] .panes:has(.card-pane) { grid-template-columns: 21.5rem minmax(0, 1fr) 18.5rem }
  .workspace[data-card=false] .card-pane { display: none }
}
@media (max-width: 1199px) {
  .wide-only { display: none }
  .toasts { inset-inline-start: 4.75rem }
  .rail { inline-size: 4rem; padding-inline: .5rem }
  .rail :is(.rail-label, .brand span, kbd, .me-text, .me-button > .icon) { display: none }
  .rail .brand { padding-inline: .6875rem }
  .rail-item { position: relative; justify-content: center; min-block-size: 2.625rem; padding: 0 }
  .rail-item .count { position: absolute; inset-block-start: .125rem; inset-inline-end: .125rem; min-inline-size: 1.0625rem; padding-inline: .25rem; font-size: .625rem; line-height: 1.0625rem; border-radius: 99px }
  .rail-item .count:not(.urgent) { color: var(--ink); background: var(--line-strong) }
  .me-button { justify-content: center; padding-inline: 0 }
  .panes { grid-template-columns: 20rem minmax(0, 1fr) }
  .panes .card-pane { position: absolute; inset-block: 0; inset-inline-end: 0; z-index: 5; inline-size: 20rem; box-shadow: var(--shadow-float); animation: fade .15s }
  .workspace:not([data-pane=card]) .card-pane { display: none }
  .card-pane .back { display: inline-flex }
}
@media (max-width: 759px) {
  .workspace { grid-template: "banner" auto "panes" minmax(0, 1fr) "rail" auto / minmax(0, 1fr) }
  .workspace:not([data-pane=list]) .rail { display: none }
  .rail { flex-direction: row; align-items: center; inline-size: auto; padding: .25rem .5rem calc(.25rem + env(safe-area-inset-bottom)); border-block-start: 1px solid var(--line) }
  .rail :is(.brand, .rail-foot > .rail-item) { display: none }
  .rail nav { flex: 1 }
  .rail ul { grid-auto-flow: column; grid-auto-columns: 1fr }
  .rail-item { flex-direction: column; gap: .125rem; min-block-size: 3.25rem; font-size: .6875rem }
  .rail .rail-item .rail-label { display: block; flex: none }
  .rail-item[aria-current=page] { background: none }
  .rail-item .count { inset-inline-end: calc(50% - 1.5rem) }
  .rail-foot { margin: 0 }
  .me-button { inline-size: 3.25rem; min-block-size: 3.25rem }
  .menu { inset-inline: auto 0 }
  .panes { grid-template-columns: minmax(0, 1fr); margin: 0; border: 0; border-radius: 0 }
  .panes > * { grid-area: 1 / 1 }
  .list-pane { border: 0 }
  .banner { margin-inline: .5rem }
  .workspace[data-pane=list] :is(.thread-pane, .card-pane),
  .workspace:not([data-pane=list]) .list-pane,
  .workspace[data-pane=card] .thread-pane { display: none }
  .panes .card-pane { position: static; inline-size: auto; box-shadow: none; border: 0 }
  .back { display: inline-flex }
  .keys { grid-template-columns: 1fr; gap: 1rem }
  .toasts { inset-block-end: 5rem; inset-inline: .75rem; align-items: center }
}
`

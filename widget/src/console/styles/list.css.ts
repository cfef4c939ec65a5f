export const listCss = `
.list-pane { border-inline-end: 1px solid var(--line) }
.filter { position: relative; flex: none; display: flex; align-items: center; margin: 0 .75rem .625rem }
.filter .icon { position: absolute; inset-inline-start: .625rem; color: var(--faint); pointer-events: none }
.filter input {
  inline-size: 100%;
  block-size: 2.125rem;
  padding-inline: 2.125rem 2rem;
  background: var(--sunken);
  border: 1px solid transparent;
  border-radius: var(--radius);
}
.filter input::placeholder { color: var(--faint); opacity: 1 }
.filter input:focus { outline: 2px solid light-dark(#4f46e5, #a9a4ff); outline-offset: -1px; background: var(--surface) }
.filter kbd { position: absolute; inset-inline-end: .4375rem; pointer-events: none }
@media (hover: none) { .filter kbd { display: none } }
.list-scroll { flex: 1 1 0; overflow-y: auto; overscroll-behavior: contain; padding-block-end: .5rem; outline: 0; scrollbar-width: thin; scrollbar-color: var(--line-strong) transparent }
.list-pane:has(.notice:not(.compact), .skeleton) .list-scroll { flex: none }
.list-pane > .notice:not(.compact) { flex: 1; padding-block-end: 6rem }
.row { position: relative; display: flex; gap: .6875rem; padding: .625rem .875rem .6875rem; margin-inline: .375rem; border-radius: 10px; cursor: default; --avatar: 2.25rem; outline: 0 }
.row:hover { background: var(--hover) }
.row.open { background: var(--accent-soft) }
.list-scroll:focus-visible .row.pointed { box-shadow: inset 0 0 0 2px light-dark(#4f46e5, #a9a4ff) }
.row.pointed:not(.open) { background: var(--hover) }
.row .avatar { margin-block-start: 1px }
.row-main { flex: 1; min-inline-size: 0; display: grid; gap: .125rem }
.row-top, .row-bottom { display: flex; align-items: center; gap: .375rem; min-inline-size: 0 }
.row-name { min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 500 }
.row.unread .row-name { font-weight: 650 }
.identified { flex: none; display: inline-grid; place-items: center; inline-size: .875rem; block-size: .875rem; color: #fff; background: var(--accent); border-radius: 50% }
.identified .icon { inline-size: .625rem; block-size: .625rem }
.identified .icon path { stroke-width: 3.2 }
.row-age { flex: none; display: inline-flex; align-items: center; gap: .1875rem; margin-inline-start: auto; font-size: .75rem; color: var(--faint) }
.row-age.long { color: var(--away); font-weight: 500 }
.row-age.late { color: var(--bad); font-weight: 500 }
.row-preview { flex: 1; min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .8125rem; color: var(--quiet); line-height: 1.25rem }
.row.unread .row-preview.said { color: var(--ink) }
.row-preview.noted { color: var(--note-ink) }
.row-preview.draft { color: var(--accent-ink) }
.row-preview.none { color: var(--faint) }
.row-marks { flex: none; display: flex; align-items: center; gap: .375rem }
.row-assignee { display: inline-flex; --avatar: 1.125rem }
.row-assignee .avatar { margin: 0 }
.list-pane[data-view=queue] .tag.queued { display: none }
.row.resolved .avatar { opacity: .75 }
.skeleton { flex: 1; padding-inline: .375rem }
.skeleton-row { display: grid; grid-template-columns: 2.25rem 1fr; gap: .4375rem .6875rem; padding: .6875rem .875rem; animation: shimmer 1.4s ease-in-out infinite }
.skeleton-row i { grid-row: span 2; block-size: 2.25rem; border-radius: 50%; background: var(--sunken) }
.skeleton-row b { block-size: .75rem; inline-size: 45%; align-self: center; border-radius: 4px; background: var(--sunken) }
.skeleton-row b:last-child { inline-size: 85% }
.skeleton-row:nth-child(2) { animation-delay: .1s } .skeleton-row:nth-child(3) { animation-delay: .2s; opacity: .8 }
.skeleton-row:nth-child(4) { animation-delay: .3s; opacity: .6 } .skeleton-row:nth-child(5) { animation-delay: .4s; opacity: .4 }
`

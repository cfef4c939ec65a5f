export const cardCss = `
.card-pane { background: var(--surface); border-inline-start: 1px solid var(--line) }
.card-pane .pane-head h2 { font-size: .9375rem }
.card-scroll { flex: 1; min-block-size: 0; overflow-y: auto; padding: .25rem 1rem 1.5rem; scrollbar-width: thin; scrollbar-color: var(--line-strong) transparent }
.card-top { display: grid; justify-items: center; gap: .125rem; padding-block: .25rem 1.125rem; text-align: center; --avatar: 3.5rem }
.card-top h3 { margin-block-start: .5rem; font-size: 1rem; letter-spacing: -.01em; overflow-wrap: anywhere }
.card-identity { display: flex; align-items: center; gap: .25rem; font-size: .75rem; color: var(--quiet) }
.card-identity.vouched { color: var(--accent-ink); font-weight: 500 }
.facts { display: grid; gap: .8125rem; padding-block: 1rem; border-block: 1px solid var(--line) }
.facts dt { display: flex; align-items: center; gap: .4375rem; font-size: .75rem; color: var(--quiet) }
.facts dd { padding-inline-start: 1.4375rem; overflow-wrap: anywhere }
.facts dd a { color: var(--ink); text-decoration-color: var(--line-strong) }
.facts dd a:hover { color: var(--accent-ink); text-decoration-color: currentColor }
.page-link { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 .375rem; text-decoration: none }
.page-link span { font-weight: 500 }
.page-link small { grid-row: 2; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.page-link .icon { margin-block-start: .1875rem; color: var(--faint) }
.page-link:hover span { text-decoration: underline }
.earlier { padding-block-start: 1rem }
.earlier h3 { margin-block-end: .375rem; font-size: .75rem; color: var(--quiet) }
.earlier ul { display: grid; gap: 2px; margin-inline: -.5rem }
.earlier li button { display: grid; grid-template-columns: minmax(0, 1fr); gap: .125rem; inline-size: 100%; padding: .4375rem .5rem; text-align: start }
.earlier li button:hover { background: var(--hover) }
.earlier li button[aria-current=true] { background: var(--sunken) }
.earlier-top { display: flex; align-items: center; justify-content: space-between; gap: .5rem; font-size: .8125rem; font-weight: 500 }
.earlier li button[aria-current=true] .tag { background: var(--surface) }
.earlier-text { overflow: hidden; text-overflow: ellipsis; font-size: .8125rem; color: var(--quiet) }
.earlier-error { font-size: .8125rem; color: var(--bad) }
.skeleton-line { block-size: 2.5rem; border-radius: var(--radius); background: var(--sunken); animation: shimmer 1.4s ease-in-out infinite }
`

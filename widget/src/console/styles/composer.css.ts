export const composerCss = `
.composer { flex: none; margin: 0 1rem 1rem; background: var(--surface); border: 1px solid var(--line-strong); border-radius: 12px; box-shadow: var(--shadow); transition: border-color .12s, background-color .12s, box-shadow .12s }
.composer:focus-within:has(textarea:focus) { border-color: light-dark(#4f46e5, #a9a4ff); box-shadow: 0 0 0 1px light-dark(#4f46e5, #a9a4ff) }
.composer.note { background: var(--note); border-color: var(--note-line) }
.composer.note:has(textarea:focus) { border-color: var(--note-ink); box-shadow: 0 0 0 1px var(--note-ink) }
.modes { display: flex; gap: .125rem; padding: .375rem .375rem 0 }
.modes button { min-block-size: 1.75rem; padding-inline: .5625rem; font-size: .8125rem; font-weight: 500; color: var(--quiet); border-radius: 7px }
.modes button:hover { background: light-dark(rgb(20 20 40 / .05), rgb(255 255 255 / .06)) }
.modes button[aria-pressed=true] { color: var(--ink); font-weight: 600; background: var(--sunken) }
.note .modes button[aria-pressed=true] { color: var(--note-ink); background: light-dark(rgb(150 110 0 / .13), rgb(255 220 130 / .14)) }
.composer textarea {
  display: block;
  inline-size: 100%;
  min-block-size: 2.75rem;
  max-block-size: min(40vh, 16rem);
  padding: .5rem .875rem .25rem;
  line-height: 1.5;
  background: none;
  border: 0;
  outline: 0;
  resize: none;
  overflow-y: auto;
  field-sizing: content;
}
.composer textarea::placeholder { color: var(--faint); opacity: 1 }
.note textarea::placeholder { color: var(--note-ink); opacity: .85 }
.composer-foot { display: flex; align-items: center; gap: .625rem; padding: 0 .4375rem .4375rem .875rem; padding-inline: .875rem .4375rem; min-block-size: 2.4375rem }
.composer-hint { flex: 1; min-inline-size: 0; font-size: .75rem; color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.note .composer-hint { color: var(--note-ink) }
.length { font-size: .75rem; font-variant-numeric: tabular-nums; color: var(--quiet) }
.length.too-long { color: var(--bad); font-weight: 600 }
.send { flex: none; min-block-size: 2rem; padding-inline: .75rem .625rem; font-size: .8125rem; font-weight: 600; color: #fff; background: var(--accent) }
.send:hover { background: var(--accent-hover) }
.note .send { color: light-dark(#fff, #241a00); background: light-dark(#8a5d00, #e5b74a) }
.send[aria-disabled=true], .note .send[aria-disabled=true] { color: var(--faint); background: var(--sunken); cursor: default }
.note .send[aria-disabled=true] { background: light-dark(rgb(150 110 0 / .12), rgb(255 220 130 / .12)); color: var(--note-ink) }
.composer-blocked { display: flex; align-items: center; justify-content: space-between; gap: .75rem; padding: .625rem .625rem .6875rem .875rem; padding-inline: .875rem .625rem; color: var(--quiet) }
@media (max-width: 759px) {
  .composer { margin: 0 .5rem calc(.5rem + env(safe-area-inset-bottom)) }
  .composer textarea { font-size: 1rem }
  .composer-blocked { flex-wrap: wrap }
}
`

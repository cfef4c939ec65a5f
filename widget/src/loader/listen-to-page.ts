import type { Widget } from './create-widget.ts'

/** Any element of the page with this attribute opens the chat. */
const openAttribute = 'data-usher-open'

/** Events of the panel the page must not see: its shortcuts and focus traps take the shadow host for a plain element. */
const ownEvents = ['keydown', 'keyup', 'keypress', 'focusin']

/** Escape closes the panel, keys typed in it stay in it. */
export function keepKeys({ root, close }: Widget): void {
  const keep = (event: Event) => {
    event.stopPropagation()
    const { key, isComposing } = event as KeyboardEvent
    // While an input method composes, Escape only cancels its suggestion.
    if (event.type === 'keydown' && key === 'Escape' && !isComposing) close()
  }
  for (const type of ownEvents) root.addEventListener(type, keep)
}

/** Clicks on `[data-usher-open]` open the widget, also in content that comes later. Returns the stop. */
export function watchDoors(document: Document, { open }: Widget): () => void {
  const onClick = (event: Event) => {
    const [target] = event.composedPath() as Element[]
    if (!target?.closest?.(`[${openAttribute}]`)) return
    // A link that is also a door keeps its address for visitors without scripts.
    event.preventDefault()
    open()
  }
  document.addEventListener('click', onClick)
  return () => document.removeEventListener('click', onClick)
}

import type { PageView } from '@usher-chat/sdk/protocol'

/** Limits of the protocol, so that a long address does not make the whole pulse invalid. */
export const readPage = ({ location, document }: Window): PageView => ({
  url: location.href.slice(0, 2_000),
  title: document.title.slice(0, 300),
})

// Single-page apps set the title a moment after the address.
const settleMs = 400

/** Tells of every new address of a single-page app, without touching its history object. Returns the stop. */
export function watchPage(window: Window, changed: (page: PageView) => void): () => void {
  let last = window.location.href
  let timer: number | undefined
  const look = () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => {
      if (window.location.href === last) return
      last = window.location.href
      changed(readPage(window))
    }, settleMs)
  }
  const sources: [EventTarget | undefined, string][] = [
    [window, 'popstate'],
    [window, 'hashchange'],
    [navigationOf(window), 'navigatesuccess'],
  ]
  for (const [source, type] of sources) source?.addEventListener(type, look)
  return () => {
    window.clearTimeout(timer)
    for (const [source, type] of sources) source?.removeEventListener(type, look)
  }
}

/** The Navigation API, where the browser has it. */
function navigationOf(window: Window): EventTarget | undefined {
  const { navigation } = window as Window & { navigation?: unknown }
  return navigation instanceof EventTarget ? navigation : undefined
}

/**
 * Puts the host on the page, behind the body: single-page apps swap bodies, and an `async` script may run before there is one.
 * Puts it back when something takes it away. Returns the function that stops this and removes it.
 */
export function keepAttached({ documentElement }: Document, host: Element): () => void {
  const attach = () => {
    if (!host.isConnected) documentElement.append(host)
  }
  const watcher = new MutationObserver(attach)
  watcher.observe(documentElement, { childList: true })
  attach()
  return () => {
    watcher.disconnect()
    host.remove()
  }
}

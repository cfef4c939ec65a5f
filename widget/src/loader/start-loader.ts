import { adoptCss } from '../ui/adopt-css.ts'
import { type AppModule, liveKey, type UsherGlobal, type WidgetSettings } from '../ui/embedding.ts'
import { inkOn, safeColor } from '../ui/ink-on.ts'
import { baseTokensCss } from '../ui/tokens.css.ts'
import { createCommands, replay } from './create-commands.ts'
import { createListeners } from './create-listeners.ts'
import { createWidget } from './create-widget.ts'
import { keepAttached } from './keep-attached.ts'
import { keepKeys, watchDoors } from './listen-to-page.ts'
import { createAppLoader } from './load-app.ts'
import { loaderCss } from './loader.css.ts'

declare global {
  interface Window {
    Usher?: UsherGlobal
  }
}

interface LoaderParts {
  window: Window & typeof globalThis
  settings: WidgetSettings
  importModule: (url: string) => Promise<AppModule>
}

/**
 * Puts the launcher on the page and the global `Usher` in place of the stub. Makes no request, opens no socket and writes nothing;
 * only a visitor who has a thread here already is connected, when the page is idle, so that an answer raises the badge. [P1]
 */
export function startLoader({ window, settings, importModule }: LoaderParts): void {
  const { console, document, Usher: stub } = window
  if (stub?.version) {
    console.warn('Usher: already on this page')
    return
  }
  const report = (error: unknown) => console.error('Usher:', error)
  const read = (key: string) => readStorage(window, key)
  const listeners = createListeners(report)
  const load = createAppLoader(settings.baseUrl + settings.app, importModule)
  const widget = createWidget({ document, settings, listeners, load, read, report })
  const color = safeColor(settings.site.theme.color)
  adoptCss(widget.root, `${baseTokensCss}${loaderCss}:host{--u-accent:${color};--u-on-accent:${inkOn(color)}}`)
  keepKeys(widget)
  const closeDoors = watchDoors(document, widget)
  const detach = keepAttached(document, widget.host)
  const leave = () => {
    widget.close()
    widget.destroy()
    closeDoors()
    detach()
    delete window.Usher
  }
  const usher: UsherGlobal = createCommands({ widget, listeners, leave, report })
  usher.version = '0.1.0'
  window.Usher = usher
  replay(usher, stub?.q)
  if (read(liveKey(settings.siteKey))) whenIdle(window, widget.wake)
}

/** When the page has nothing better to do, and somebody looks at it: a tab opened in the background costs no socket. */
function whenIdle(window: Window, act: () => void): void {
  const { document } = window
  const idle = () => (window.requestIdleCallback ? window.requestIdleCallback(act) : window.setTimeout(act, 1_000))
  if (!document.hidden) idle()
  else document.addEventListener('visibilitychange', idle, { once: true })
}

/** Reading throws where a browser blocks storage. */
function readStorage(window: Window, key: string): string | null {
  try {
    return window.localStorage.getItem(key)
  } catch {
    return null
  }
}

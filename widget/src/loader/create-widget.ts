import type { Identity, WidgetHost, WidgetSettings } from '../ui/embedding.ts'
import type { Listeners } from './create-listeners.ts'
import { type Drawing, drawWidget } from './draw-widget.ts'
import { type AppHolder, type AppParts, holdApp } from './hold-app.ts'

export interface WidgetParts extends AppParts {
  document: Document
  settings: WidgetSettings
  listeners: Listeners
}

export interface Widget extends Pick<Drawing, 'host' | 'root'>, Pick<AppHolder, 'logout'> {
  open(): void
  close(): void
  toggle(): void
  /** Shows or hides the launcher; hiding closes the panel, the conversation goes on. */
  show(visible: boolean): void
  identify(identity: Identity): void
  /** Starts the app without drawing it, so that an answer raises the badge. */
  wake(): Promise<unknown>
  destroy(): void
}

/** The launcher, and the app behind it once somebody asks for it. */
export function createWidget(parts: WidgetParts): Widget {
  const { document, settings, listeners, load, report } = parts
  let opened = false
  let unread = 0
  let opener: Element | null
  const reflect = () => drawing.show(opened, unread)
  const toggle = () => (opened ? close() : open())
  const drawing = drawWidget(document, settings.site, toggle)
  const { host, root, launcher, frame } = drawing

  const open = () => {
    if (opened) return
    opener = root.activeElement ?? document.activeElement
    opened = true
    show(true)
    reflect()
    frame.focus({ preventScroll: true })
    listeners.emit('open', {})
    draw()
  }
  const draw = () => {
    app.ready().then(
      (app) => opened && app?.opened(),
      (error) => {
        report(error)
        drawing.failed(draw)
      },
    )
  }
  const close = () => {
    if (!opened) return
    const ours = root.activeElement
    opened = false
    reflect()
    app.closed()
    // Focus goes back only if it was ours: the visitor may be typing on the page.
    const back = opener?.isConnected && opener !== document.body ? (opener as HTMLElement) : launcher
    if (ours) back.focus({ preventScroll: true })
    listeners.emit('close', {})
  }
  const show = (visible: boolean) => {
    if (!visible) close()
    host.classList.toggle('away', !visible)
  }
  const count = (value: number) => {
    if (value === unread) return
    unread = value
    reflect()
    listeners.emit('unread', { count: value })
  }
  const toApp: WidgetHost = { settings, root, frame, close, unread: count, emit: listeners.emit }
  const app = holdApp(toApp, parts)
  // Fetched at the first sign of interest (a touch enters, too), the app is there when the click comes.
  for (const sign of ['pointerenter', 'focus']) launcher.addEventListener(sign, () => void load().catch(() => 0))
  reflect()
  return { host, root, open, close, toggle, show, ...app, wake: () => app.ready().catch(report) }
}

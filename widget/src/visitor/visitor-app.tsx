import type { PageView } from '@usher-chat/sdk/protocol'
import type { VisitorClient } from '@usher-chat/sdk/visitor'
import { render } from 'preact'
import { adoptCss } from '../ui/adopt-css.ts'
import { createStore } from '../ui/create-store.ts'
import { draftKey, type Identity, liveKey, type WidgetApp, type WidgetHost } from '../ui/embedding.ts'
import { fillPhone } from './fill-phone.ts'
import { identityFunction } from './identity-function.ts'
import { keepDraft } from './keep-draft.ts'
import { Panel } from './panel.tsx'
import type { PanelParts } from './panel-context.ts'
import { shareReading } from './share-reading.ts'
import { createStarter } from './start-session.ts'
import { wordingFor } from './texts.ts'
import { visitorCss } from './visitor.css.ts'
import { watchPage } from './watch-page.ts'

interface AppParts {
  window: Window
  host: WidgetHost
  client: VisitorClient
  /** The language of the page, BCP 47. */
  locale: string
}

/** Joins client, panel and loader. The session starts at once; the panel is drawn when it is first opened. */
export class VisitorApp implements WidgetApp {
  readonly #parts: AppParts
  readonly #opened = createStore(false)
  readonly #panel: PanelParts
  readonly #stops: (() => void)[]
  #drawn = false
  #live = false
  #identity: Identity | undefined

  constructor(parts: AppParts) {
    const { window, host, client } = parts
    const { siteKey } = host.settings
    const readElsewhere = () => client.thread.markRead()
    const reading = shareReading(siteKey, readElsewhere)
    const starter = createStarter({ begin: () => client.start(), started: () => client.connect() })
    this.#parts = parts
    this.#identity = host.identity
    this.#panel = {
      client,
      settings: host.settings,
      starter,
      wording: wordingFor(parts.locale),
      draft: keepDraft(draftKey(siteKey), () => window.sessionStorage),
      opened: this.#opened,
      close: host.close,
      read() {
        client.thread.markRead()
        reading.tell()
      },
    }
    const page = (view: PageView) => client.here(view)
    this.#stops = [starter.stop, reading.stop, watchPage(window, page), ...this.#follow(), whenOnline(window, this.#startAgain)]
    starter.start()
  }

  opened(): void {
    if (!this.#drawn) this.#draw()
    this.#opened.set(true)
    this.#restart()
  }

  closed(): void {
    this.#opened.set(false)
  }

  identify(identity: Identity): void {
    // Pages that draw themselves again and again say the same thing each time.
    if (identity === this.#identity) return
    const { client, host } = this.#parts
    const { starter } = this.#panel
    this.#identity = identity
    // A start under way would end as one of somebody who is not meant any more.
    starter.stop()
    client
      .identify(identityFunction(identity))
      .catch((error: unknown) => identity === this.#identity && host.emit('error', plain(error)))
      .then(() => identity === this.#identity && starter.start())
  }

  async logout(): Promise<void> {
    const { window, host, client } = this.#parts
    this.#identity = undefined
    this.#live = false
    this.#panel.draft.write('')
    this.#panel.starter.stop()
    forget(window, liveKey(host.settings.siteKey))
    await client.logout()
  }

  destroy(): void {
    for (const stop of this.#stops) stop()
    render(null, this.#parts.host.frame)
    void this.#parts.client.close()
  }

  #draw(): void {
    const { window, host } = this.#parts
    this.#drawn = true
    adoptCss(host.root, visitorCss)
    host.frame.replaceChildren()
    render(<Panel {...this.#panel} />, host.frame)
    this.#stops.push(fillPhone(window, host.frame))
  }

  /** The loader's badge and the page's listeners follow the client. */
  #follow(): (() => void)[] {
    const { window, host, client } = this.#parts
    const { thread } = client
    const remember = () => {
      if (this.#live || thread.items.getSnapshot().length === 0) return
      this.#live = true
      remembered(window, liveKey(host.settings.siteKey))
    }
    return [
      client.session.subscribe(() => this.#restart()),
      thread.unread.subscribe(() => host.unread(thread.unread.getSnapshot())),
      thread.items.subscribe(remember),
      client.on('message.received', ({ message }) => host.emit('message.received', { text: message.text })),
      client.on('message.sent', ({ message }) => host.emit('message.sent', { text: message.text })),
      client.on('error', ({ error }) => host.emit('error', plain(error))),
    ]
  }

  /** Logged out, here or in another tab: an open panel begins again, as somebody new. */
  #restart(): void {
    const { phase } = this.#panel.starter.state.getSnapshot()
    const ended = this.#parts.client.session.getSnapshot() === null && phase === 'started'
    if (ended && this.#opened.getSnapshot()) this.#panel.starter.start()
  }

  #startAgain = (): void => {
    const { starter } = this.#panel
    const { phase, error } = starter.state.getSnapshot()
    if (phase === 'failed' && error?.retryable) starter.start()
  }
}

function plain(error: unknown): { code: string; message: string } {
  const { code = 'internal', message = String(error) } = error as { code?: string; message?: string }
  return { code, message }
}

function whenOnline(window: Window, act: () => void): () => void {
  window.addEventListener('online', act)
  return () => window.removeEventListener('online', act)
}

function remembered(window: Window, key: string): void {
  try {
    window.localStorage.setItem(key, '1')
  } catch {
    // Without storage the next page simply waits for the visitor to open the chat.
  }
}

function forget(window: Window, key: string): void {
  try {
    window.localStorage.removeItem(key)
  } catch {
    // Nothing was stored.
  }
}

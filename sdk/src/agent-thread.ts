import type { MessageId } from './protocol/ids.ts'
import type { ThreadCore } from './thread.ts'
import type { AgentThread, TimelineMessage } from './types.ts'

/** One user's hold on a thread that others may hold too. */
export class AgentThreadHandle implements AgentThread {
  readonly site: string
  readonly visitor: string
  readonly items: ThreadCore['items']
  readonly typing: ThreadCore['typing']
  readonly status: ThreadCore['status']
  readonly unread: ThreadCore['unread']
  readonly #core: ThreadCore
  #onRelease: (() => void) | undefined

  constructor(core: ThreadCore, onRelease: () => void) {
    this.#core = core
    this.#onRelease = onRelease
    this.site = core.site
    this.visitor = core.visitor
    this.items = core.items
    this.typing = core.typing
    this.status = core.status
    this.unread = core.unread
  }

  send(text: string): Promise<TimelineMessage> {
    return this.#core.post(text, false)
  }

  note(text: string): Promise<TimelineMessage> {
    return this.#core.post(text, true)
  }

  retry(id: MessageId): Promise<TimelineMessage> {
    return this.#core.retry(id)
  }

  discard(id: MessageId): void {
    this.#core.discard(id)
  }

  loadOlder(): Promise<void> {
    return this.#core.loadOlder()
  }

  keystroke(text: string): void {
    this.#core.keystroke(text)
  }

  markRead(): void {
    this.#core.markRead()
  }

  release(): void {
    this.#onRelease?.()
    this.#onRelease = undefined
  }
}

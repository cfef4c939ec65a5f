import { isUsherError, UsherError } from './protocol/errors.ts'
import type { ConversationId } from './protocol/ids.ts'
import type { Conversation, ConversationsPage, InboxView } from './protocol/rest.ts'
import { createState, createView } from './readable.ts'
import type { Inbox } from './types.ts'

export interface InboxListOptions {
  view: InboxView
  read(query: { cursor?: string | undefined; limit: number }): Promise<ConversationsPage>
  get(id: ConversationId): Conversation | undefined
  isIn(conversation: Conversation): boolean
  inOrder(a: Conversation, b: Conversation): number
  onRelease(list: InboxList): void
}

const pageSize = 50
const mostRefreshed = 200

type Status = ReturnType<Inbox['status']['getSnapshot']>

/** One list of conversations: the pages loaded so far, and whatever came into it since. */
export class InboxList implements Inbox {
  readonly items = createView<readonly Conversation[]>(() => this.#sorted())
  readonly status = createState<Status>({ phase: 'loading', hasMore: false })
  readonly #options: InboxListOptions
  #ids = new Set<ConversationId>()
  /** What came in while the list was read. */
  #came: Set<ConversationId> | undefined
  #cursor: string | undefined
  #reading: Promise<void> = Promise.resolve()
  #isReleased = false

  constructor(options: InboxListOptions) {
    this.#options = options
  }

  get hasMore(): boolean {
    return this.#cursor !== undefined
  }

  loadMore(): Promise<void> {
    return this.#next(async () => {
      if (this.#cursor === undefined) return
      this.#take(await this.#options.read({ cursor: this.#cursor, limit: pageSize }))
    })
  }

  refresh(): Promise<void> {
    return this.#next(async () => {
      this.#came = new Set()
      const limit = Math.min(Math.max(this.#ids.size, pageSize), mostRefreshed)
      const page = await this.#options.read({ limit })
      this.#ids = this.#came
      this.#take(page)
    })
  }

  release(): void {
    this.#isReleased = true
    this.#options.onRelease(this)
  }

  /** A conversation looks different now: it may come into the list, move or go. */
  changed(conversation: Conversation): void {
    const { id } = conversation
    const isIn = this.#options.isIn(conversation)
    if (isIn) {
      this.#ids.add(id)
      this.#came?.add(id)
    }
    if (!isIn && !this.#ids.has(id)) return
    if (!isIn) this.#ids.delete(id)
    this.items.invalidate()
  }

  clear(): void {
    this.#ids.clear()
    this.#cursor = undefined
    this.status.set({ phase: 'loading', hasMore: false })
    this.items.invalidate()
  }

  /** One reading after the other; a fault is told by the status. */
  #next(read: () => Promise<void>): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      if (this.#isReleased) return
      try {
        await read()
      } catch (cause) {
        const error = isUsherError(cause) ? cause : new UsherError('internal', 'unable to read the list; an unexpected fault', { cause })
        this.status.set({ phase: 'error', hasMore: this.hasMore, error })
      }
      this.#came = undefined
    })
    return this.#reading
  }

  #take({ items, cursor }: ConversationsPage): void {
    for (const { id } of items) this.#ids.add(id)
    this.#cursor = cursor
    this.status.set({ phase: 'ready', hasMore: cursor !== undefined })
    this.items.invalidate()
  }

  #sorted(): Conversation[] {
    const { get, isIn, inOrder } = this.#options
    const items: Conversation[] = []
    for (const id of this.#ids) {
      const conversation = get(id)
      if (conversation && isIn(conversation)) items.push(conversation)
    }
    return items.sort(inOrder)
  }
}

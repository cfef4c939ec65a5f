import type { MessageId, SiteId, VisitorId } from './protocol/ids.ts'
import type { Tabs } from './tabs.ts'

/** A message on its way: kept until it is *saved*. */
export interface OutboxEntry {
  readonly id: MessageId
  /** Id of the author, visitor or agent: another person on this device never sends it. */
  readonly owner: string
  readonly site: SiteId
  readonly visitor: VisitorId
  /** Only agents see it. */
  readonly note: boolean
  readonly text: string
  /** When it was written, epoch ms of this device. Grows from entry to entry: the order of sending. */
  readonly at: number
  /** The tab that sends it. */
  readonly tab: string
  /** Refused, or too old to be sent by itself: waits for its author. */
  readonly failed?: { readonly code: string; readonly message: string }
}

/** Where entries survive a reload. All methods may reject; the outbox then goes on in memory. */
export interface OutboxDriver {
  /** All entries of this author. */
  load(owner: string): Promise<OutboxEntry[]>
  /** Adds or replaces, by id. */
  put(entry: OutboxEntry): Promise<void>
  remove(id: MessageId): Promise<void>
  /** Removes all entries of this author. */
  clear(owner: string): Promise<void>
}

export interface OutboxOptions {
  owner: string
  driver: OutboxDriver
  tabs: Tabs
  /** A fault of the store; the messages themselves are not lost while the page lives. */
  onError(cause: unknown): void
}

/** The messages of one author on this device. Its methods never reject. */
export class Outbox {
  readonly #options: OutboxOptions

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** The entry as this author's and this tab's. */
  own(entry: OutboxEntry): OutboxEntry {
    return { ...entry, owner: this.#options.owner, tab: this.#options.tabs.self }
  }

  put(entry: OutboxEntry): Promise<void> {
    return this.#options.driver.put(entry).catch(this.#options.onError)
  }

  remove(id: MessageId): Promise<void> {
    return this.#options.driver.remove(id).catch(this.#options.onError)
  }

  clear(): Promise<void> {
    return this.#options.driver.clear(this.#options.owner).catch(this.#options.onError)
  }

  /**
   * Takes over what no living tab sends (of an earlier page, of a crashed tab), in the order it was written. Entries of living tabs stay
   * theirs. Where tabs cannot be told apart all entries are taken: sending one twice is harmless, for its id is the same. From now on they
   * are kept in `heir`.
   */
  async adopt(heir: Outbox = this): Promise<OutboxEntry[]> {
    const { owner, driver, tabs } = this.#options
    const taken: OutboxEntry[] = []
    const take = async () => {
      const [entries, living] = await Promise.all([driver.load(owner), tabs.living()])
      for (const entry of entries) {
        if (entry.tab === tabs.self || living?.has(entry.tab)) continue
        const own = heir.own(entry)
        taken.push(own)
        await driver.put(own)
      }
    }
    await tabs.exclusive(`adopt.${owner}`, take).catch(this.#options.onError)
    return taken.sort((a, b) => a.at - b.at)
  }
}

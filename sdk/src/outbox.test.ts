import { beforeEach, describe, expect, it } from 'vitest'
import { leftEntry as entry } from '../test/start-sender.ts'
import { Outbox, type OutboxDriver, type OutboxEntry } from './outbox.ts'
import { createIndexedDbOutbox } from './outbox-indexeddb.ts'
import { createMemoryOutbox } from './outbox-memory.ts'
import { createTabs, type Tabs } from './tabs.ts'

/** Web Locks as the browser has them, as far as tabs use them. */
class FakeLocks {
  readonly #held = new Map<string, Promise<unknown>>()

  async request(name: string, run: () => Promise<unknown>): Promise<unknown> {
    while (this.#held.has(name)) await this.#held.get(name)
    const running = Promise.resolve(run()).finally(() => this.#held.delete(name))
    this.#held.set(name, running)
    return running
  }

  async query() {
    return { held: [...this.#held.keys()].map((name) => ({ name })), pending: [] }
  }
}

let driver: OutboxDriver
beforeEach(() => {
  driver = createMemoryOutbox()
})

const outboxOf = (owner: string, tabs: Tabs) => new Outbox({ owner, driver, tabs, onError: () => {} })
const textsOf = (entries: OutboxEntry[]) => entries.map(({ text }) => text)

describe('[P3] several tabs', () => {
  const locks = () => new FakeLocks() as unknown as LockManager

  it('a crashed tab is taken over by the next, in order', async () => {
    await driver.put(entry('b', 2))
    await driver.put(entry('a', 1))
    const tab = createTabs(locks())
    expect(textsOf(await outboxOf('me', tab).adopt())).toEqual(['a', 'b'])
    expect((await driver.load('me')).map((one) => one.tab)).toEqual([tab.self, tab.self])
    expect(await outboxOf('me', tab).adopt()).toEqual([])
  })

  it('what a living tab sends stays its own, until it goes', async () => {
    const shared = locks()
    const [one, other] = [createTabs(shared), createTabs(shared)]
    const outbox = outboxOf('me', one)
    await outbox.put(outbox.own(entry('mine', 1)))
    expect(await outboxOf('me', other).adopt()).toEqual([])
    one.release()
    await new Promise(setImmediate)
    expect(textsOf(await outboxOf('me', other).adopt())).toEqual(['mine'])
  })

  it('two that start at once do not both take the same', async () => {
    const shared = locks()
    await driver.put(entry('a', 1))
    const taken = await Promise.all([outboxOf('me', createTabs(shared)).adopt(), outboxOf('me', createTabs(shared)).adopt()])
    expect(taken.map((entries) => entries.length).sort()).toEqual([0, 1])
  })

  it('that cannot be told apart take everything: sent twice is stored once', async () => {
    await driver.put(entry('a', 1))
    expect(textsOf(await outboxOf('me', createTabs(undefined)).adopt())).toEqual(['a'])
  })
})

describe('[P6] several people on one device', () => {
  it('never send for each other, and clear only their own', async () => {
    await driver.put(entry('hers', 1, { owner: 'her' }))
    await driver.put(entry('mine', 2))
    const mine = outboxOf('me', createTabs(undefined))
    expect(textsOf(await mine.adopt())).toEqual(['mine'])
    await mine.clear()
    expect(textsOf(await driver.load('her'))).toEqual(['hers'])
    expect(await driver.load('me')).toEqual([])
  })

  it('[P2] one who turns out to be another takes over what they left', async () => {
    await driver.put(entry('as a guest', 1, { owner: 'guest' }))
    expect(textsOf(await outboxOf('guest', createTabs(undefined)).adopt(outboxOf('me', createTabs(undefined))))).toEqual(['as a guest'])
    expect(await driver.load('guest')).toEqual([])
    expect(textsOf(await driver.load('me'))).toEqual(['as a guest'])
  })
})

describe('a store that fails', () => {
  it('is told and hurts nobody', async () => {
    const faults: unknown[] = []
    const broken = () => Promise.reject(new Error('quota'))
    const outbox = new Outbox({
      owner: 'me',
      driver: { load: broken, put: broken, remove: broken, clear: broken },
      tabs: createTabs(undefined),
      onError: (cause) => faults.push(cause),
    })
    await outbox.put(entry('a', 1))
    await outbox.remove('x')
    await outbox.clear()
    expect(await outbox.adopt()).toEqual([])
    expect(faults).toHaveLength(4)
  })

  it('that is not there is replaced by memory', async () => {
    const blocked = createIndexedDbOutbox(undefined)
    await blocked.put(entry('a', 1))
    expect(textsOf(await blocked.load('me'))).toEqual(['a'])
  })

  it('that refuses to open is replaced by memory', async () => {
    const refusing = {
      open: () => {
        throw new DOMException('denied', 'SecurityError')
      },
    } as unknown as IDBFactory
    const blocked = createIndexedDbOutbox(refusing)
    await blocked.put(entry('a', 1))
    expect(textsOf(await blocked.load('me'))).toEqual(['a'])
  })
})

import { newId, newMessageId } from '@usher-chat/sdk/protocol'
import { describe, expect, test } from 'vitest'
import type { OutboxRow } from './outbox-rows.ts'
import { publishInOrder } from './publish-in-order.ts'

const site = newId()
const conversation = newId()

const row = (visitor: string, type: 'conversation.opened'): OutboxRow => {
  const id = newMessageId()
  return { id, site, visitor, internal: false, payload: { v: 1, id, conversation, type, data: {} } }
}

const rowsOf = (...visitors: string[]): OutboxRow[] => visitors.map((visitor) => row(visitor, 'conversation.opened'))

/** A broker whose answers the test releases in any order it likes. */
function broker({ fails = () => undefined }: { fails?: (row: OutboxRow) => Error | undefined } = {}) {
  const begun: OutboxRow[] = []
  const open: (() => void)[] = []
  return {
    begun,
    publish: (row: OutboxRow) => {
      begun.push(row)
      const failure = fails(row)
      return new Promise<void>((resolve, reject) => open.push(() => (failure ? reject(failure) : resolve())))
    },
    /** Answers the newest question first. */
    async answerAll() {
      for (let answer = open.pop(); answer !== undefined; answer = open.pop()) {
        answer()
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

const always = { isRefusal: (error: unknown) => error instanceof RangeError, isOver: () => false }

describe('[P4] the relay', () => {
  test('publishes the events of one thread in order, each after the answer to the one before; threads side by side', async () => {
    const nats = broker()
    const rows = rowsOf('anna', 'anna', 'ben', 'anna', 'ben')
    const done = publishInOrder(rows, { ...always, publish: nats.publish })
    expect(nats.begun).toEqual([rows[0], rows[2]])
    await nats.answerAll()
    const result = await done
    expect(new Set(result.published)).toEqual(new Set(rows))
    const order = (visitor: string) => nats.begun.filter((row) => row.visitor === visitor)
    expect(order('anna')).toEqual([rows[0], rows[1], rows[3]])
    expect(order('ben')).toEqual([rows[2], rows[4]])
  })

  test('[P9] leaves the rest of a full thread for later; the others go on', async () => {
    const rows = rowsOf('anna', 'ben', 'anna', 'ben')
    const nats = broker({ fails: (row) => (row.visitor === 'anna' ? new RangeError('full') : undefined) })
    const done = publishInOrder(rows, { ...always, publish: nats.publish })
    await nats.answerAll()
    expect(await done).toEqual({ published: [rows[1], rows[3]], refused: [rows[0]], failure: undefined })
  })

  test('[P8] stops when the broker is away, and keeps what was published before', async () => {
    const rows = rowsOf('anna', 'anna', 'anna')
    const away = new Error('away')
    const nats = broker({ fails: (row) => (row === rows[1] ? away : undefined) })
    const done = publishInOrder(rows, { ...always, publish: nats.publish })
    await nats.answerAll()
    expect(await done).toEqual({ published: [rows[0]], refused: [], failure: away })
    expect(nats.begun).toHaveLength(2)
  })

  test('begins nothing when the time is up', async () => {
    const nats = broker()
    const result = await publishInOrder(rowsOf('anna', 'ben'), { ...always, publish: nats.publish, isOver: () => true })
    expect(result.published).toEqual([])
    expect(nats.begun).toEqual([])
  })
})

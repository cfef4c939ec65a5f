import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { type StoredItem, Timeline } from './timeline.ts'

let timeline: Timeline
beforeEach(() => {
  timeline = new Timeline()
})

const message = (id: string, seq: number, more: Partial<StoredItem> = {}): StoredItem =>
  ({
    type: 'message',
    id,
    seq,
    at: new Date(seq),
    author: { role: 'visitor', id: 'v' },
    mine: true,
    note: false,
    kind: 'text',
    text: id,
    ...more,
  }) as StoredItem

const drawn = () => timeline.items().map((item) => `${item.id}@${item.seq}`)
const deliveries = () => timeline.items().map((item) => item.type === 'message' && item.delivery)

describe('[P4] order', () => {
  it('is the order of the stream, whatever comes first', () => {
    for (const seq of [3, 1, 5, 2, 4]) timeline.put(message(`m${seq}`, seq), false, false)
    expect(drawn()).toEqual(['m1@1', 'm2@2', 'm3@3', 'm4@4', 'm5@5'])
  })
})

describe('[P3] one id is one row', () => {
  it('and the lower seq stays, in either order', () => {
    timeline.put(message('a', 7), false, false)
    timeline.put(message('a', 3), false, false)
    timeline.put(message('a', 9), false, false)
    expect(drawn()).toEqual(['a@3'])
  })

  it('but Postgres is right about where it stands', () => {
    timeline.put(message('a', 3), false, false)
    timeline.put(message('a', 9), true, true)
    expect(drawn()).toEqual(['a@9'])
  })

  it('for every history: all see the same rows in the same order', () => {
    const copies = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 40 })), { maxLength: 40 })
    fc.assert(
      fc.property(copies, fc.infiniteStream(fc.nat()), (list, shuffle) => {
        const bySeq = [...new Map(list.map(([id, seq]) => [seq, [id, seq] as const])).values()]
        const shuffled = bySeq.map((one) => [shuffle.next().value, one] as const).sort((a, b) => a[0] - b[0])
        const [one, other] = [new Timeline(), new Timeline()]
        for (const [id, seq] of bySeq) one.put(message(`m${id}`, seq), false, false)
        for (const [, [id, seq]] of shuffled) other.put(message(`m${id}`, seq), false, false)
        expect(other.items()).toEqual(one.items())
        expect(new Set(one.items().map(({ id }) => id)).size).toBe(one.items().length)
      }),
    )
  })
})

describe('delivery of own messages', () => {
  it('goes from sent to saved to read', () => {
    timeline.put(message('a', 1), false, false)
    expect(deliveries()).toEqual(['sent'])
    expect(timeline.markSaved([1])).toEqual(['a'])
    expect(deliveries()).toEqual(['saved'])
    timeline.readByOthers(1)
    expect(deliveries()).toEqual(['read'])
  })

  it('is saved at once when the notice came before the message', () => {
    timeline.markSaved([1])
    timeline.put(message('a', 1), false, false)
    expect(deliveries()).toEqual(['saved'])
  })

  it('of a note is never read', () => {
    timeline.put(message('a', 1, { note: true } as Partial<StoredItem>), true, true)
    timeline.readByOthers(5)
    expect(deliveries()).toEqual(['saved'])
  })

  it('counts for messages that are seen after the reading was', () => {
    timeline.readByOthers(5)
    timeline.put(message('a', 3), false, false)
    timeline.put(message('b', 7), false, false)
    expect(deliveries()).toEqual(['read', 'sent'])
  })

  it('changes the row that changed, and no other', () => {
    timeline.put(message('a', 1), false, false)
    timeline.put(message('b', 2), false, false)
    const [a, b] = timeline.items()
    timeline.markSaved([2])
    expect(timeline.items()[0]).toBe(a)
    expect(timeline.items()[1]).not.toBe(b)
  })
})

describe('what a power cut took', () => {
  it('goes off the screen when the thread was read and does not show it', () => {
    timeline.put(message('kept', 1), true, true)
    timeline.put(message('lost', 2), false, false)
    timeline.put(message('there', 3), false, false)
    timeline.put(message('beyond', 9), false, false)
    expect(timeline.keepOnly(0, 5, new Set([1, 3]))).toEqual(['lost'])
    expect(drawn()).toEqual(['kept@1', 'there@3', 'beyond@9'])
  })
})

describe('the rest', () => {
  it('knows the oldest that is not saved', () => {
    timeline.put(message('a', 1), true, true)
    timeline.put(message('b', 2), false, false)
    timeline.put(message('c', 3), false, false)
    expect(timeline.firstUnsaved).toBe(2)
    timeline.markSaved([2, 3])
    expect(timeline.firstUnsaved).toBe(undefined)
  })

  it('knows the newest that both sides see', () => {
    timeline.put(message('a', 1), true, true)
    timeline.put(message('n', 2, { note: true } as Partial<StoredItem>), true, true)
    expect(timeline.lastShared).toBe(1)
  })

  it('names people once they are known', () => {
    timeline.put(message('a', 1, { mine: false, author: { role: 'agent', id: 'x' } } as Partial<StoredItem>), false, false)
    timeline.name({ role: 'agent', id: 'x', name: 'Anna' })
    expect(timeline.items()[0]).toMatchObject({ author: { name: 'Anna' } })
  })

  it('forgets what is read on demand again', () => {
    for (const seq of [1, 2, 3]) timeline.put(message(`m${seq}`, seq), true, true)
    timeline.dropUpTo(2)
    expect(drawn()).toEqual(['m3@3'])
    expect(timeline.get('m1')).toBe(undefined)
  })
})

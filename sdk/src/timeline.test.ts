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
    timeline.markSaved([1])
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
  const there = (seq: number, id: string) => ({ seq, id })

  it('goes off the screen when the thread was read and does not show it', () => {
    timeline.put(message('kept', 1), true, true)
    timeline.put(message('lost', 2), false, false)
    timeline.put(message('there', 3), false, false)
    timeline.put(message('beyond', 9), false, false)
    expect(timeline.keepOnly(0, 5, [there(1, 'kept'), there(3, 'there')])).toEqual(['lost'])
    expect(drawn()).toEqual(['kept@1', 'there@3', 'beyond@9'])
  })

  it('goes off the screen when another message stands at its seq', () => {
    timeline.put(message('kept', 1), true, true)
    timeline.put(message('lost', 2), false, false)
    expect(timeline.keepOnly(0, 5, [there(1, 'kept'), there(2, 'in its place')])).toEqual(['lost'])
    expect(drawn()).toEqual(['kept@1'])
  })

  it('makes room for the message that got its seq, which takes nothing from what is saved, nor from itself', () => {
    timeline.put(message('saved', 1), true, true)
    timeline.put(message('lost', 2), false, false)
    expect([1, 2, 3].map((seq) => timeline.vacate(seq, seq === 2 ? 'lost' : 'new'))).toEqual([[], [], []])
    expect(timeline.vacate(2, 'new')).toEqual(['lost'])
    expect(timeline.firstUnsaved).toBe(undefined)
    expect(drawn()).toEqual(['saved@1'])
    expect(timeline.vacate(1, 'saved', true)).toEqual([])
    expect(timeline.vacate(1, 'new', true)).toEqual(['saved'])
    expect(drawn()).toEqual([])
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

const event = (id: string, seq: number, internal = false): StoredItem =>
  ({ type: 'event', id, seq, at: new Date(seq), internal, event: {} }) as unknown as StoredItem
const theirs = { mine: false, author: { role: 'agent', id: 'x' } } as Partial<StoredItem>

describe('[P3] a copy of what is there', () => {
  it('changes nothing while it brings nothing', () => {
    expect(timeline.put(message('a', 3), false, false)).toBe(true)
    const before = timeline.get('a')
    expect(timeline.put(message('a', 3, { text: 'other' } as Partial<StoredItem>), false, false)).toBe(false)
    expect(timeline.put(message('a', 4), false, false)).toBe(false)
    expect(timeline.get('a')).toBe(before)
  })

  it('with a lower seq says more, until Postgres has spoken', () => {
    timeline.put(message('a', 7), false, false)
    timeline.put(message('a', 3, { text: 'first' } as Partial<StoredItem>), false, false)
    expect(timeline.get('a')).toMatchObject({ seq: 3, text: 'first' })
    timeline.put(message('a', 3, { text: 'exact' } as Partial<StoredItem>), true, true)
    timeline.put(message('a', 2, { text: 'late' } as Partial<StoredItem>), false, false)
    expect(timeline.get('a')).toMatchObject({ seq: 2, text: 'exact', delivery: 'saved' })
  })

  it('that the server tells, not saved yet, is right about everything but where it stands', () => {
    timeline.put(message('a', 3), false, false)
    timeline.put(message('a', 9, { text: 'exact' } as Partial<StoredItem>), false, true)
    expect(timeline.get('a')).toMatchObject({ seq: 3, text: 'exact', delivery: 'sent' })
  })

  it('that is saved makes it saved, whichever came first', () => {
    timeline.put(message('a', 3), false, false)
    timeline.put(message('a', 3), true, false)
    expect(timeline.standing('a')).toEqual({ seq: 3, saved: true })
    timeline.put(message('a', 3), false, true)
    expect(timeline.standing('a')).toEqual({ seq: 3, saved: true })
    expect(timeline.firstUnsaved).toBe(undefined)
  })

  it('is saved too when its own seq was named before it came', () => {
    timeline.put(message('a', 3), false, false)
    timeline.markSaved([9])
    timeline.put(message('a', 9), false, false)
    expect(timeline.standing('a')).toEqual({ seq: 3, saved: true })
  })

  it('leaves nothing behind where it stood', () => {
    timeline.put(message('a', 7), false, false)
    timeline.put(message('a', 3), false, false)
    timeline.markSaved([7])
    expect(timeline.standing('a')?.saved).toBe(false)
    timeline.markSaved([3])
    expect(timeline.standing('a')?.saved).toBe(true)
    expect(timeline.firstUnsaved).toBe(undefined)
  })
})

describe('notices that come first', () => {
  it('are kept for a thousand seqs, then forgotten: reading tells again', () => {
    timeline.markSaved(Array.from({ length: 1_001 }, (_, i) => i + 1))
    timeline.put(message('a', 1), false, false)
    expect(timeline.standing('a')?.saved).toBe(true)
    timeline.markSaved([2_000, 2_001])
    timeline.put(message('b', 2), false, false)
    timeline.put(message('c', 2_000), false, false)
    timeline.put(message('d', 2_001), false, false)
    expect(['b', 'c', 'd'].map((id) => timeline.standing(id)?.saved)).toEqual([false, false, true])
  })

  it('count once', () => {
    timeline.markSaved([1])
    timeline.put(message('a', 1), false, false)
    timeline.dropUpTo(1)
    timeline.put(message('a', 1), false, false)
    expect(timeline.standing('a')?.saved).toBe(false)
  })
})

describe('the ends', () => {
  it('are undefined and 0 of an empty thread', () => {
    expect([timeline.first, timeline.last, timeline.lastShared, timeline.firstUnsaved]).toEqual([undefined, undefined, 0, undefined])
    expect([timeline.get('a'), timeline.standing('a')]).toEqual([undefined, undefined])
  })

  it('are the first and the last item', () => {
    for (const seq of [2, 1, 3]) timeline.put(message(`m${seq}`, seq), false, false)
    expect([timeline.first?.seq, timeline.last?.seq, timeline.firstUnsaved]).toEqual([1, 3, 1])
  })

  it('that both see are neither notes nor internal events', () => {
    timeline.put(event('e', 4), true, true)
    timeline.put(event('i', 5, true), true, true)
    timeline.put(message('n', 6, { note: true } as Partial<StoredItem>), true, true)
    expect(timeline.lastShared).toBe(4)
    timeline.dropUpTo(4)
    expect(timeline.lastShared).toBe(0)
  })
})

describe('reading by others', () => {
  it('only ever goes on, and says whether it did', () => {
    timeline.put(message('a', 1), false, false)
    timeline.put(message('b', 2), false, false)
    timeline.put(message('c', 3), false, false)
    expect(timeline.readByOthers(0)).toBe(false)
    expect(timeline.readByOthers(1)).toBe(true)
    expect(timeline.readByOthers(1)).toBe(false)
    expect(deliveries()).toEqual(['read', 'sent', 'sent'])
    expect(timeline.readByOthers(3)).toBe(true)
    expect(timeline.readByOthers(2)).toBe(false)
    expect(deliveries()).toEqual(['read', 'read', 'read'])
  })

  it('says nothing of what others wrote, nor of events', () => {
    timeline.put(message('a', 1, theirs), true, true)
    timeline.put(event('e', 2), true, true)
    const before = timeline.items()
    timeline.readByOthers(2)
    expect(timeline.items()).toEqual(before)
    expect('delivery' in timeline.items()[0]!).toBe(false)
  })
})

describe('what is counted', () => {
  it('lies behind the seq, is a message, and is asked for', () => {
    timeline.put(message('a', 1, theirs), true, true)
    timeline.put(message('b', 2, theirs), true, true)
    timeline.put(event('e', 3), true, true)
    timeline.put(message('own', 4), true, true)
    timeline.put(message('d', 5, theirs), true, true)
    const count = (seq: number) => timeline.countAfter(seq, ({ mine }) => !mine)
    expect([0, 1, 2, 4, 5].map(count)).toEqual([3, 2, 1, 1, 0])
  })
})

describe('a part that was read', () => {
  it('takes only what is unsaved, in the part, and not in the page', () => {
    timeline.put(message('before', 10), false, false)
    timeline.put(message('saved', 11), true, true)
    timeline.put(message('gone', 12), false, false)
    timeline.put(message('end', 13), false, false)
    timeline.put(message('behind', 14), false, false)
    expect(timeline.keepOnly(10, 13, [])).toEqual(['gone', 'end'])
    expect(drawn()).toEqual(['before@10', 'saved@11', 'behind@14'])
    expect(timeline.standing('gone')).toBe(undefined)
  })
})

describe('names', () => {
  it('go to the messages of their bearer that had none', () => {
    timeline.put(message('a', 1, theirs), true, true)
    timeline.put(message('b', 2, { mine: false, author: { role: 'agent', id: 'x', name: 'Annie' } } as Partial<StoredItem>), true, true)
    timeline.put(message('c', 3, { mine: false, author: { role: 'agent', id: 'y' } } as Partial<StoredItem>), true, true)
    timeline.put(event('e', 4), true, true)
    timeline.name({ role: 'agent', id: 'x', name: 'Anna' })
    expect(timeline.items().map((item) => item.type === 'message' && item.author.name)).toEqual(['Anna', 'Annie', undefined, false])
  })
})

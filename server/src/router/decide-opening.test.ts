import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideOpening, type Standing } from './decide-opening.ts'

describe('[P7] a visitor writes', () => {
  test('the first message ever opens a conversation', () => {
    expect(decideOpening({ unresolved: undefined, resolvedSeq: 0, overlookedSeq: 0 }, [7])).toEqual({
      act: 'open',
      openedSeq: 7,
      askedSeq: 7,
    })
  })

  test('the first message after a resolved conversation opens the next', () => {
    expect(decideOpening({ unresolved: undefined, resolvedSeq: 7, overlookedSeq: 0 }, [8])).toEqual({
      act: 'open',
      openedSeq: 8,
      askedSeq: 8,
    })
  })

  test('a redelivered message of a resolved conversation opens nothing', () => {
    expect(decideOpening({ unresolved: undefined, resolvedSeq: 7, overlookedSeq: 0 }, [7])).toEqual({ act: 'nothing' })
    expect(decideOpening({ unresolved: undefined, resolvedSeq: 7, overlookedSeq: 0 }, [3])).toEqual({ act: 'nothing' })
  })

  test('of a batch that spans the end, only what came after it opens the next', () => {
    expect(decideOpening({ unresolved: undefined, resolvedSeq: 7, overlookedSeq: 0 }, [6, 7, 9, 8])).toEqual({
      act: 'open',
      openedSeq: 8,
      askedSeq: 9,
    })
  })

  test('further messages are counted to the unresolved conversation', () => {
    expect(decideOpening({ unresolved: { openedSeq: 8, askedSeq: 8 }, resolvedSeq: 7, overlookedSeq: 0 }, [12])).toEqual({
      act: 'count',
      openedSeq: 8,
      askedSeq: 12,
    })
    expect(decideOpening({ unresolved: { openedSeq: 8, askedSeq: 12 }, resolvedSeq: 7, overlookedSeq: 0 }, [12, 9])).toEqual({
      act: 'nothing',
    })
  })

  test('an earlier message that another server read later moves the beginning, never into the conversation before', () => {
    expect(decideOpening({ unresolved: { openedSeq: 20, askedSeq: 20 }, resolvedSeq: 7, overlookedSeq: 0 }, [9])).toEqual({
      act: 'count',
      openedSeq: 9,
      askedSeq: 20,
    })
    expect(decideOpening({ unresolved: { openedSeq: 20, askedSeq: 20 }, resolvedSeq: 7, overlookedSeq: 0 }, [6])).toEqual({
      act: 'nothing',
    })
  })

  test('what was written before a resolve that did not see it opens the next, from the end of the last on', () => {
    const standing = { unresolved: undefined, resolvedSeq: 7, overlookedSeq: 12 }
    expect(decideOpening(standing, [])).toEqual({ act: 'open', openedSeq: 8, askedSeq: 12 })
    expect(decideOpening(standing, [15])).toEqual({ act: 'open', openedSeq: 8, askedSeq: 15 })
    expect(decideOpening({ ...standing, unresolved: { openedSeq: 8, askedSeq: 12 } }, [])).toEqual({ act: 'nothing' })
  })

  test('one conversation results, with the same range, whatever the order and repetition of deliveries', () => {
    const seqs = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 20 })
    const deliveries = seqs.chain((sent) => fc.tuple(fc.constant(sent), fc.array(fc.subarray(sent, { minLength: 1 }), { maxLength: 20 })))
    fc.assert(
      fc.property(deliveries, fc.integer({ min: 0, max: 500 }), ([sent, batches], resolvedSeq) => {
        const standing: Standing = { unresolved: undefined, resolvedSeq, overlookedSeq: 0 }
        let opened = 0
        for (const batch of [...batches, sent]) {
          const opening = decideOpening(standing, batch)
          if (opening.act === 'open') opened += 1
          if (opening.act !== 'nothing') standing.unresolved = { openedSeq: opening.openedSeq, askedSeq: opening.askedSeq }
        }
        const fresh = sent.filter((seq) => seq > resolvedSeq)
        expect(opened).toBe(fresh.length > 0 ? 1 : 0)
        if (fresh.length > 0) expect(standing.unresolved).toEqual({ openedSeq: Math.min(...fresh), askedSeq: Math.max(...fresh) })
      }),
    )
  })
})

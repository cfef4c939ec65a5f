import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { Gaps } from './gaps.ts'

let gaps: Gaps
beforeEach(() => {
  gaps = new Gaps()
  gaps.reset(100)
})

describe('[P5] a hole is noticed', () => {
  it('when a message names one before it that was not seen', () => {
    gaps.live(103, 101)
    expect(gaps.after).toBe(100)
  })

  it('when history saved what was not seen, however far behind what is known', () => {
    gaps.live(101, 100)
    gaps.exist([101, 105])
    expect(gaps.after).toBe(100)
  })

  it('and reading goes on from where everything is known, not from where messages were seen one by one', () => {
    gaps.read(100, 110, [])
    gaps.live(120, 0)
    gaps.exist([130])
    expect(gaps.after).toBe(110)
  })
})

describe('there is no hole', () => {
  it('when each message follows the one before', () => {
    gaps.live(101, 0)
    gaps.live(102, 98)
    gaps.live(103, 101)
    gaps.exist([101, 102, 103])
    expect(gaps.after).toBe(undefined)
  })

  it('when a message comes twice or late', () => {
    gaps.live(103, 101)
    gaps.live(103, 101)
    gaps.live(101, 0)
    expect(gaps.after).toBe(undefined)
  })

  it('after the part of the thread was read, even if nothing stands there for this reader', () => {
    gaps.exist([105])
    gaps.read(104, 110, [])
    expect(gaps.after).toBe(undefined)
  })
})

describe('a page', () => {
  it('that goes on from what is known moves the known end', () => {
    gaps.read(100, 140, [101, 140])
    expect(gaps.covered).toBe(140)
    expect(gaps.has(120)).toBe(true)
  })

  it('that begins further on fills only its own part', () => {
    gaps.exist([105, 130])
    gaps.read(125, 140, [130])
    expect([gaps.covered, gaps.after]).toEqual([100, 100])
    gaps.see([105])
    expect(gaps.after).toBe(undefined)
  })

  it('of a server that is behind leaves the hole open', () => {
    gaps.live(120, 110)
    gaps.read(100, 105, [])
    expect(gaps.after).toBe(105)
  })
})

describe('[P5] a hole at the edge of a page', () => {
  it('is filled when it is the last one of the page', () => {
    gaps.exist([110])
    gaps.read(105, 110, [])
    expect(gaps.after).toBe(undefined)
  })

  it('stays when the page begins right behind it', () => {
    gaps.exist([120])
    gaps.read(120, 130, [])
    expect(gaps.after).toBe(100)
  })

  it('stays when the page ends right before it, and the known end has moved', () => {
    gaps.exist([120])
    gaps.read(100, 119, [])
    expect(gaps.after).toBe(119)
  })

  it('is gone with a new beginning at it, and not with one before it', () => {
    gaps.exist([120])
    gaps.reset(119)
    expect(gaps.after).toBe(119)
    gaps.reset(120)
    expect(gaps.after).toBe(undefined)
  })
})

describe('what was seen', () => {
  it('stays seen behind a page and behind a new beginning, and is forgotten before it', () => {
    gaps.see([105, 115])
    gaps.read(100, 110, [])
    expect([gaps.has(105), gaps.has(110), gaps.has(111), gaps.has(115)]).toEqual([true, true, false, true])
    gaps.reset(112)
    expect([gaps.covered, gaps.has(112), gaps.has(113), gaps.has(115)]).toEqual([112, true, false, true])
  })

  it('before a beginning that is set back must be read again', () => {
    gaps.see([105])
    gaps.reset(110)
    gaps.reset(100)
    expect([gaps.has(105), gaps.has(110)]).toEqual([false, false])
  })

  it('in a page must be read again when the beginning is set back, its last one too', () => {
    gaps.see([110])
    gaps.read(100, 110, [104, 110])
    gaps.reset(100)
    expect([gaps.has(104), gaps.has(110)]).toEqual([false, false])
  })

  it('at the known end is not kept twice', () => {
    gaps.see([100])
    gaps.reset(90)
    expect(gaps.has(100)).toBe(false)
  })

  it('by an older page does not move the known end back', () => {
    gaps.read(100, 140, [])
    gaps.read(90, 120, [])
    expect(gaps.covered).toBe(140)
  })
})

it('[P5] whatever the live feed drops: reading where it says until nothing is missing finds everything the feed hinted at', () => {
  const feed = fc.array(fc.record({ subject: fc.constantFrom('a', 'b', 'c'), isHeard: fc.boolean(), isSaved: fc.boolean() }), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(feed, (messages) => {
      const known = new Gaps()
      const last = new Map<string, number>()
      const seen = new Set<number>()
      const hinted = new Set<number>()
      messages.forEach(({ subject, isHeard, isSaved }, i) => {
        const previous = last.get(subject) ?? 0
        if (isHeard) {
          known.live(i + 1, previous)
          seen.add(i + 1)
          if (previous > 0) hinted.add(previous)
        }
        if (isSaved) {
          known.exist([i + 1])
          hinted.add(i + 1)
        }
        last.set(subject, i + 1)
      })
      for (let pages = 0; known.after !== undefined; pages++) {
        expect(pages).toBeLessThan(100)
        const from = known.after
        const rows = messages.map((_, i) => i + 1).filter((seq) => seq > from)
        const page = rows.slice(0, 7)
        const end = page.length < rows.length ? page.at(-1)! : messages.length
        for (const seq of page) seen.add(seq)
        known.read(from, end, page)
      }
      for (const seq of hinted) expect(seen).toContain(seq)
    }),
  )
})

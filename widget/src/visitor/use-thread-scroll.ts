import type { TimelineItem } from '@usher-chat/sdk/visitor'
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

/** Closer to the end than this counts as reading along, px. */
const endSlack = 48
/** This close to the top, older messages are fetched, px. */
const olderReach = 240

interface Place {
  atEnd: boolean
  /** The topmost visible row and its distance from the top of the view, px. */
  row?: HTMLElement | undefined
  top: number
}

/**
 * Keeps the reader's place: at the end new messages push the view along, elsewhere nothing moves, whatever is added above or below.
 * Own new messages always lead to the end.
 */
export function useThreadScroll(list: RefObject<HTMLElement | null>, items: readonly TimelineItem[], loadOlder: () => void) {
  const place = useRef<Place>({ atEnd: true, top: 0 })
  const [atEnd, setAtEnd] = useState(true)
  const lastSeen = useRef<string | undefined>(undefined)
  const last = items[items.length - 1]
  const known = useRef(last?.id)

  const toEnd = () => {
    place.current = { atEnd: true, top: 0 }
    if (list.current) list.current.scrollTop = list.current.scrollHeight
    setAtEnd(true)
  }

  useLayoutEffect(() => {
    if (!list.current) return
    const wroteNow = last !== undefined && last.id !== known.current && last.type === 'message' && last.mine
    known.current = last?.id
    if (place.current.atEnd || wroteNow) toEnd()
    else restore(list.current, place.current)
    if (place.current.atEnd) lastSeen.current = last?.id
  })

  useEffect(() => {
    const view = list.current
    if (!view) return
    const onScroll = () => {
      place.current = placeOf(view)
      if (place.current.atEnd) lastSeen.current = known.current
      setAtEnd(place.current.atEnd)
      if (view.scrollTop < olderReach) loadOlder()
    }
    view.addEventListener('scroll', onScroll, { passive: true })
    return () => view.removeEventListener('scroll', onScroll)
  })

  useEffect(() => {
    // Too few to scroll. Once for each change: a page that cannot be read must not be asked for on and on.
    if (list.current && list.current.scrollHeight <= list.current.clientHeight) loadOlder()
  }, [items])

  useEffect(() => {
    const view = list.current
    if (!view) return
    // The composer grows, the keyboard comes: the end stays the end.
    const watcher = new ResizeObserver(() => {
      if (place.current.atEnd) view.scrollTop = view.scrollHeight
    })
    watcher.observe(view)
    return () => watcher.disconnect()
  }, [list])

  return { atEnd, lastSeen: lastSeen.current, toEnd }
}

function restore(view: HTMLElement, { row, top }: Place): void {
  if (row?.isConnected) view.scrollTop = row.offsetTop - top
}

function placeOf(view: HTMLElement): Place {
  const atEnd = view.scrollHeight - view.scrollTop - view.clientHeight < endSlack
  const row = firstBelow(view.querySelectorAll<HTMLElement>('.row'), view.scrollTop)
  return { atEnd, row, top: row ? row.offsetTop - view.scrollTop : 0 }
}

/** The first row that ends below this height; rows stand in order, so halving finds it. */
function firstBelow(rows: ArrayLike<HTMLElement>, height: number): HTMLElement | undefined {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle] as HTMLElement
    if (row.offsetTop + row.offsetHeight > height) high = middle
    else low = middle + 1
  }
  return rows[low]
}

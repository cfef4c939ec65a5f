import type { AgentThread } from '@usher-chat/sdk/agent'
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { VirtualHandle } from '../shell/virtual-list.tsx'
import type { Row } from './build-rows.ts'
import { countNew, firstPlace, grewAtStart, lastToStay, placeOf } from './scroll-plan.ts'

/** Closer to the end than this counts as being there, px: a line of text. */
const endPx = 40
/** Older messages are fetched this long before the start is reached, px. */
const fetchAheadPx = 800
/** What is left visible above a place that is gone to, px: enough to see that something comes before. */
const contextPx = 72

export interface ThreadScrollOptions {
  thread: AgentThread
  rows: readonly Row[]
  /** The first page is there. */
  ready: boolean
  hasOlder: boolean
  conversation: { id: string; openedSeq: number; newest: boolean }
  /** The end of the thread is on screen. */
  onSeen: () => void
}

export interface ThreadScroll {
  list: RefObject<VirtualHandle | null>
  shift: boolean
  /** Messages that arrived below what is on screen. */
  newCount: number
  atEnd: boolean
  toEnd: () => void
  onScroll: () => void
  onResize: () => void
}

/** Keeps the thread where its reader expects it: at the end while they are there, still when older messages come in above. */
export function useThreadScroll(options: ThreadScrollOptions): ThreadScroll {
  const { rows, ready, thread, hasOlder } = options
  const list = useRef<VirtualHandle>(null)
  const before = useRef<readonly Row[]>([])
  const end = useEndOfThread(list, options)
  const shift = grewAtStart(before.current, rows)
  usePlace(list, options, end)

  useLayoutEffect(() => {
    const last = rows[rows.length - 1]
    const grown = last !== undefined && last.key !== before.current[before.current.length - 1]?.key
    before.current = rows
    if (grown && isOwn(last)) end.follows.current = true
    if (end.follows.current) end.toEnd()
    else end.recount()
  }, [rows])

  const read = () => {
    end.read()
    if (ready && hasOlder && (list.current?.scrollOffset ?? fetchAheadPx) < fetchAheadPx) void thread.loadOlder()
  }
  const onResize = () => {
    if (end.follows.current) end.toEnd()
    else read()
  }
  // A thread that fits on the screen never scrolls: what is visible is looked at once it is drawn.
  useEffect(() => {
    const frame = requestAnimationFrame(read)
    return () => cancelAnimationFrame(frame)
  }, [rows, ready, hasOlder])
  return { list, shift, newCount: end.newCount, atEnd: end.atEnd, toEnd: end.toEnd, onScroll: read, onResize }
}

const isOwn = (row: Row) => row.type === 'message' && row.message.mine

interface End {
  /** Whether new rows pull the view along. */
  follows: { current: boolean }
  atEnd: boolean
  newCount: number
  toEnd: () => void
  /** Looks whether the end is on screen. */
  read: () => void
  recount: () => void
}

function useEndOfThread(list: RefObject<VirtualHandle | null>, { rows, ready, onSeen }: ThreadScrollOptions): End {
  const follows = useRef(true)
  const seen = useRef<string | undefined>(undefined)
  const [atEnd, setAtEnd] = useState(true)
  const [newCount, setNewCount] = useState(0)
  const leave = () => {
    if (follows.current) seen.current = lastToStay(rows)
    follows.current = false
    setAtEnd(false)
  }
  const arrive = () => {
    follows.current = true
    seen.current = lastToStay(rows)
    setAtEnd(true)
    setNewCount(0)
    if (ready) onSeen()
  }
  return {
    follows,
    atEnd,
    newCount,
    toEnd() {
      if (rows.length === 0) return
      list.current?.scrollToIndex(rows.length - 1, { align: 'end' })
      arrive()
    },
    read() {
      const view = list.current
      if (view === null || view.viewportSize === 0 || rows.length === 0) return
      if (view.scrollSize - view.viewportSize - view.scrollOffset <= endPx) arrive()
      else leave()
    },
    recount: () => setNewCount(countNew(rows, seen.current)),
  }
}

/** Goes to the first place once the thread is there, and to the start of an earlier conversation when one is opened; fetches older messages until it is reached. */
function usePlace(list: RefObject<VirtualHandle | null>, options: ThreadScrollOptions, end: End): void {
  const { rows, ready, hasOlder, thread, conversation } = options
  const placed = useRef<string | undefined>(undefined)
  const arrived = ready && rows.length > 0
  useLayoutEffect(() => {
    if (!arrived || placed.current === conversation.id) return
    // The unread divider is a place for the first look only.
    const first = placed.current === undefined
    if (!conversation.newest && placeOf(rows, conversation.openedSeq) === undefined && hasOlder) {
      end.follows.current = false
      void thread.loadOlder()
      return
    }
    placed.current = conversation.id
    const place = firstPlace(rows, conversation, first)
    if (place.align === 'end') return end.toEnd()
    end.follows.current = false
    list.current?.scrollToIndex(place.index, { align: 'start', offset: -contextPx })
  }, [arrived, conversation.id, rows, hasOlder])
}

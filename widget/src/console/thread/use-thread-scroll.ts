import type { AgentThread } from '@usher-chat/sdk/agent'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { VirtualHandle } from '../shell/virtual-list.tsx'
import type { Row } from './build-rows.ts'
import { countNew, firstPlace, grewAtStart, placeOf } from './scroll-plan.ts'

/** Closer to the end than this counts as being there, px: a line of text. */
const endPx = 40
/** Older messages are fetched this long before the start is reached, px. */
const fetchAheadPx = 800

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
  onScroll: (offset: number) => void
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
    if (end.follows.current || (grown && isOwn(last))) end.toEnd()
    else end.recount()
  }, [rows])

  const onScroll = (offset: number) => {
    end.read(offset)
    if (ready && hasOlder && offset < fetchAheadPx) void thread.loadOlder()
  }
  const onResize = () => {
    if (end.follows.current) end.toEnd()
  }
  return { list, shift, newCount: end.newCount, atEnd: end.atEnd, toEnd: end.toEnd, onScroll, onResize }
}

const isOwn = (row: Row) => row.type === 'message' && row.message.mine

interface End {
  /** Whether new rows pull the view along. */
  follows: { current: boolean }
  atEnd: boolean
  newCount: number
  toEnd: () => void
  read: (offset: number) => void
  recount: () => void
}

function useEndOfThread(list: RefObject<VirtualHandle | null>, { rows, onSeen }: ThreadScrollOptions): End {
  const follows = useRef(true)
  const seen = useRef<string | undefined>(undefined)
  const [atEnd, setAtEnd] = useState(true)
  const [newCount, setNewCount] = useState(0)
  const arrive = () => {
    follows.current = true
    seen.current = rows[rows.length - 1]?.key
    setAtEnd(true)
    setNewCount(0)
    onSeen()
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
    read(offset) {
      const view = list.current
      if (view === null) return
      if (view.scrollSize - view.viewportSize - offset <= endPx) return arrive()
      if (follows.current) seen.current = rows[rows.length - 1]?.key
      follows.current = false
      setAtEnd(false)
    },
    recount: () => setNewCount(countNew(rows, seen.current)),
  }
}

/** Goes to the first place once the thread is there, and to the start of an earlier conversation when one is opened; fetches older messages until it is reached. */
function usePlace(
  list: RefObject<VirtualHandle | null>,
  { rows, ready, hasOlder, thread, conversation }: ThreadScrollOptions,
  end: End,
): void {
  const placed = useRef<string | undefined>(undefined)
  const arrived = ready && rows.length > 0
  useLayoutEffect(() => {
    if (!arrived || placed.current === conversation.id) return
    const first = placed.current === undefined
    if (!conversation.newest && placeOf(rows, conversation.openedSeq) === undefined && hasOlder) {
      end.follows.current = false
      void thread.loadOlder()
      return
    }
    placed.current = conversation.id
    const place = firstPlace(first ? rows : rows.filter(({ type }) => type !== 'unread'), conversation)
    if (place.align === 'end') return end.toEnd()
    end.follows.current = false
    list.current?.scrollToIndex(place.index, { align: 'start' })
  }, [arrived, conversation.id, rows, hasOlder])
}

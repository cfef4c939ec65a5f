import type { RefObject, VNode } from 'preact'
import { Virtualizer } from 'virtua'

/** What a list can be asked to do from outside. */
export interface VirtualHandle {
  readonly scrollOffset: number
  readonly scrollSize: number
  readonly viewportSize: number
  scrollToIndex(index: number, options?: { align?: 'start' | 'center' | 'end' | 'nearest'; offset?: number }): void
}

interface VirtualListProps<T> {
  data: readonly T[]
  children: (item: T, index: number) => VNode
  handle?: RefObject<VirtualHandle | null>
  /** The element that scrolls; default: the parent. */
  scrollRef?: RefObject<HTMLElement | null>
  /** Rough height of a row, px. */
  itemSize?: number
  /** Rows that are drawn even while out of sight: the focused one must exist. */
  keepMounted?: readonly number[]
  /** Set for the one drawing in which rows were added at the start. */
  shift?: boolean
  /** How far beyond the visible part rows are drawn, px. */
  bufferSize?: number
  /** Height above the list inside the scrolling element, px. */
  startMargin?: number
  onScroll?: (offset: number) => void
  onResize?: () => void
}

// virtua speaks React's types; Preact draws it through the `react` alias of package.json. This line is the border between the two.
const Inner = Virtualizer as unknown as <T>(props: Omit<VirtualListProps<T>, 'handle'> & { ref?: RefObject<VirtualHandle | null> }) => VNode

/** Draws only the rows near the visible part. */
export function VirtualList<T>({ handle, ...props }: VirtualListProps<T>) {
  return <Inner {...props} {...(handle === undefined ? {} : { ref: handle })} />
}

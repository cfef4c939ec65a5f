import type { TimelineItem } from '@usher-chat/sdk/visitor'

/** Messages of others after the last item the reader has seen. All are seen while that item is unknown. */
export function countBehind(items: readonly TimelineItem[], lastSeen: string | undefined): number {
  if (lastSeen === undefined) return 0
  let count = 0
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i]
    if (item?.id === lastSeen) return count
    if (item?.type === 'message' && !item.mine) count++
  }
  return 0
}

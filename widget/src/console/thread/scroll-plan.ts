import type { Row } from './build-rows.ts'

/** Where a thread is shown: at the start of an earlier conversation, at the unread divider on the first look, else at its end. */
export function firstPlace(
  rows: readonly Row[],
  conversation: { openedSeq: number; newest: boolean },
  firstLook: boolean,
): { index: number; align: 'start' | 'end' } {
  const earlier = conversation.newest ? undefined : placeOf(rows, conversation.openedSeq)
  const unread = firstLook ? rows.findIndex(({ type }) => type === 'unread') : -1
  const index = earlier ?? (unread === -1 ? undefined : unread)
  return index === undefined ? { index: rows.length - 1, align: 'end' } : { index, align: 'start' }
}

/** The row where a conversation begins; undefined while that part of the thread is not loaded. */
export function placeOf(rows: readonly Row[], openedSeq: number): number | undefined {
  const index = rows.findIndex((row) => seqOf(row) !== undefined && (seqOf(row) ?? 0) >= openedSeq)
  if (index === -1) return undefined
  const earlierLoaded = rows.slice(0, index).some((row) => seqOf(row) !== undefined)
  const exact = seqOf(rows[index]!) === openedSeq
  if (!exact && !earlierLoaded) return undefined
  return rows[index - 1]?.type === 'day' ? index - 1 : index
}

function seqOf(row: Row): number | undefined {
  if (row.type === 'message') return row.message.seq ?? undefined
  return row.type === 'event' ? row.item.seq : undefined
}

/** Rows were added in front and nothing else happened to the row that was first. */
export function grewAtStart(before: readonly Row[], after: readonly Row[]): boolean {
  const first = firstItem(before)
  return first !== undefined && firstItem(after) !== first && after.length > before.length && after.some(({ key }) => key === first)
}

const firstItem = (rows: readonly Row[]) => rows.find(({ type }) => type === 'message' || type === 'event')?.key

/** The row that tells how far somebody has looked: the last one that stays. A typing line does not, and after it nothing would be new. */
export const lastToStay = (rows: readonly Row[]): string | undefined => rows.findLast(({ type }) => type !== 'typing')?.key

/** Messages of others behind the last row that was seen. */
export function countNew(rows: readonly Row[], seenKey: string | undefined): number {
  const seen = rows.findIndex(({ key }) => key === seenKey)
  if (seen === -1) return 0
  return rows.slice(seen + 1).filter((row) => row.type === 'message' && !row.message.mine).length
}

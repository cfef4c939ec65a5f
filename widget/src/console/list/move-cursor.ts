/** The id one step further in a list: from nowhere to the first, never past an end. */
export function moveCursor(ids: readonly string[], cursor: string | undefined, step: 1 | -1): string | undefined {
  const index = cursor === undefined ? -1 : ids.indexOf(cursor)
  if (index === -1) return step === 1 ? ids[0] : ids[ids.length - 1]
  return ids[Math.min(ids.length - 1, Math.max(0, index + step))]
}

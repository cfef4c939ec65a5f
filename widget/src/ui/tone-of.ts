/** How many avatar colours there are, see `tokens.css.ts`. */
export const toneCount = 8

/** A stable colour index for an id, 0 to `toneCount - 1`. */
export function toneOf(id: string): number {
  let hash = 0
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0
  return hash % toneCount
}

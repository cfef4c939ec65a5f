/** The hall: eight rows of twelve seats with two aisles; the last two rows are sofas. */
export interface Seat {
  id: string
  row: string
  number: number
  sofa: boolean
  taken: boolean
  /** Cents. */
  price: number
}

export const rowNames = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const
export const seatsPerRow = 12
/** Free places behind these seats are aisles. */
export const aisleAfter = [3, 9]
/** Most seats of one order. */
export const mostSeats = 8

const standardCents = 1_250
const sofaCents = 1_600

/** The seats of one showing. Which are taken follows from the showing's name, so that a reload shows the same hall. */
export function seatsOf(showing: string, crowd: number): Seat[][] {
  return rowNames.map((row, rowIndex) =>
    Array.from({ length: seatsPerRow }, (_, index) => {
      const sofa = rowIndex >= 6
      const id = `${row}${index + 1}`
      // Good seats go first: the middle of the hall is fuller than its edges.
      const middle = 1 - Math.abs(index - 5.5) / 6
      const taken = chance(`${showing} ${Math.floor(index / 2)}${row}`) < crowd * (0.45 + 0.55 * middle)
      return { id, row, number: index + 1, sofa, taken, price: sofa ? sofaCents : standardCents }
    }),
  )
}

/** A number from 0 to 1 that is always the same for a text: FNV-1a, then mixed so that like texts get unlike numbers. */
function chance(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

import { randomBytes } from 'node:crypto'

const fromEnd = 12

/** Makes message ids (UUIDv7) that carry a number in their last 12 digits; the rest differs from process to process. */
export function createMessageIds(now: () => number = Date.now): (n: number) => string {
  const salt = randomBytes(3).toString('hex')
  return (n) => {
    const time = now().toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${salt.slice(0, 3)}-8${salt.slice(3)}-${n.toString(16).padStart(fromEnd, '0')}`
  }
}

const mark = '"id":"'
const idLength = 36

/** The number in the first `"id":"…"` of a JSON text; undefined without one. Nothing else of the text is read: it must cost nothing. */
export function readMessageNumber(json: Buffer, from = 0): number | undefined {
  const at = json.indexOf(mark, from)
  if (at === -1) return undefined
  const end = at + mark.length + idLength
  const n = Number(`0x${json.toString('latin1', end - fromEnd, end)}`)
  return Number.isNaN(n) ? undefined : n
}

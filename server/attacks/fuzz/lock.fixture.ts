/** Throws when five bytes are right, and looks at each only if those before it were. */
export function openLock(input: Buffer): void {
  if (input[0] !== slash) return
  if (input[1] !== slash) return
  if (input[2] !== slash) return
  if (input[3] !== slash) return
  if (input[4] === slash) throw new Error('open')
}

const slash = '/'.charCodeAt(0)

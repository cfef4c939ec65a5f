/** Cuts what nats-server sends into whole commands, so that the edge may put words of its own between them. */
export interface WholeFrames {
  /** Takes a chunk; gives the whole commands in it, INFO left out, as few buffers as possible. */
  push(chunk: Buffer): Buffer[]
}

const lineFeed = 0x0a
const letterH = 0x48
const letterI = 0x49
const letterM = 0x4d

/** nats-server is trusted: its bytes are measured, not checked. INFO stays here because it tells addresses inside. */
export function createWholeFrames(): WholeFrames {
  // A message of 1 MB comes in many chunks; they are joined once, when all are there.
  let pieces: Buffer[] = []
  let held = 0
  let needed = 0

  return {
    push(chunk) {
      pieces.push(chunk)
      held += chunk.length
      if (held < needed) return []
      const bytes = pieces.length === 1 ? chunk : Buffer.concat(pieces, held)
      const cut = cutFrames(bytes)
      const rest = bytes.subarray(cut.end)
      pieces = rest.length === 0 ? [] : [rest]
      held = rest.length
      needed = cut.needed
      return cut.frames
    },
  }
}

/** The whole commands of `bytes`, where they end, and how many bytes the next one takes as far as that is known. */
function cutFrames(bytes: Buffer): { frames: Buffer[]; end: number; needed: number } {
  const frames: Buffer[] = []
  let from = 0
  let at = 0
  let needed = 0
  while (at < bytes.length) {
    const end = endOfFrame(bytes, at)
    if (end === 0 || end > bytes.length) {
      needed = end - at
      break
    }
    if (bytes[at] === letterI) {
      if (at > from) frames.push(bytes.subarray(from, at))
      from = end
    }
    at = end
  }
  if (at > from) frames.push(bytes.subarray(from, at))
  return { frames, end: at, needed }
}

/** Where the command that begins at `at` ends; 0 while its line is not whole. */
function endOfFrame(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(lineFeed, at)
  if (end === -1) return 0
  const first = bytes[at]
  if (first !== letterM && first !== letterH) return end + 1
  // The last word of MSG and HMSG is the length of what follows.
  let size = 0
  let scale = 1
  for (let digit = end - 2; ; digit--) {
    const value = (bytes[digit] as number) - 0x30
    if (value < 0 || value > 9) break
    size += value * scale
    scale *= 10
  }
  return end + 1 + size + 2
}

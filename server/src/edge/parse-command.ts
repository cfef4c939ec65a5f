/** A command of the NATS client protocol, its words not yet checked against any right. Sizes in bytes. */
export type Command =
  | { verb: 'CONNECT'; json: string }
  | { verb: 'PING' | 'PONG' }
  | PublishCommand
  | { verb: 'SUB'; subject: string; queue: string | undefined; sid: string }
  | { verb: 'UNSUB'; sid: string; max: number | undefined }

export interface PublishCommand {
  verb: 'PUB' | 'HPUB'
  subject: string
  reply: string | undefined
  /** Length of the header block; 0 for PUB. */
  headerBytes: number
  /** Header block and payload. */
  totalBytes: number
}

const space = 0x20
const tab = 0x09

/** More words than any command has. */
const maxWords = 5

// Filled by `split` and read right after it: the offsets of the words of one line.
const starts = new Int32Array(maxWords)
const ends = new Int32Array(maxWords)

/**
 * Reads one line, without its CR LF. Undefined for everything that is not exactly a command: nats-server is more lenient in places, and
 * a line that two parsers read differently is how things are smuggled.
 */
export function parseCommand(bytes: Buffer, from: number, to: number): Command | undefined {
  // CONNECT carries JSON, where spaces and letters beyond ASCII are fine.
  if (isConnect(bytes, from, to)) return { verb: 'CONNECT', json: bytes.toString('utf8', from + 8, to) }
  const words = split(bytes, from, to)
  if (words === 0) return undefined
  const word = (index: number): string => bytes.toString('latin1', starts[index], ends[index])
  switch (verbOf(bytes, starts[0] as number, ends[0] as number)) {
    case 'PUB':
      return words === 3 || words === 4
        ? publish('PUB', word(1), words === 4 ? word(2) : undefined, 0, sizeAt(bytes, words - 1))
        : undefined
    case 'HPUB':
      if (words !== 4 && words !== 5) return undefined
      return publish('HPUB', word(1), words === 5 ? word(2) : undefined, sizeAt(bytes, words - 2), sizeAt(bytes, words - 1))
    case 'SUB':
      return words === 3 || words === 4
        ? { verb: 'SUB', subject: word(1), queue: words === 4 ? word(2) : undefined, sid: word(words - 1) }
        : undefined
    case 'UNSUB':
      return words === 2 || words === 3 ? unsubscribe(word(1), words === 3 ? sizeAt(bytes, 2) : undefined) : undefined
    case 'PING':
      return words === 1 ? { verb: 'PING' } : undefined
    case 'PONG':
      return words === 1 ? { verb: 'PONG' } : undefined
    default:
      return undefined
  }
}

function publish(verb: 'PUB' | 'HPUB', subject: string, reply: string | undefined, headerBytes: number, totalBytes: number) {
  if (headerBytes < 0 || totalBytes < headerBytes) return undefined
  return { verb, subject, reply, headerBytes, totalBytes }
}

function unsubscribe(sid: string, max: number | undefined): Command | undefined {
  return max !== undefined && max < 0 ? undefined : { verb: 'UNSUB', sid, max }
}

/** Finds the words of a line; their number, or 0 when there is none, too many, or a byte that is not printable ASCII. */
function split(bytes: Buffer, from: number, to: number): number {
  let words = 0
  let inWord = false
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number
    if (byte > space && byte < 0x7f) {
      if (!inWord) {
        if (words === maxWords) return 0
        starts[words] = at
        inWord = true
      }
      continue
    }
    if (byte !== space && byte !== tab) return 0
    // A command starts its line.
    if (at === from) return 0
    if (inWord) ends[words++] = at
    inWord = false
  }
  if (inWord) ends[words++] = to
  return words
}

/** The number a word spells; -1 when it is not one, or longer than nine digits. */
function sizeAt(bytes: Buffer, word: number): number {
  const from = starts[word] as number
  const to = ends[word] as number
  if (to - from > 9) return -1
  let size = 0
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - 0x30
    if (digit < 0 || digit > 9) return -1
    size = size * 10 + digit
  }
  return size
}

/** Verbs are known in any mixture of case, as nats-server does. */
function verbOf(bytes: Buffer, from: number, to: number): string {
  return to - from > 5 ? '' : bytes.toString('latin1', from, to).toUpperCase()
}

function isConnect(bytes: Buffer, from: number, to: number): boolean {
  const first = bytes[from]
  if ((first !== 0x43 && first !== 0x63) || to - from < 9) return false
  return /^connect[ \t]$/i.test(bytes.toString('latin1', from, from + 8))
}

/** One message as nats-server delivers it. `payload` is a view, good until the call returns. */
export interface NatsMessage {
  subject: string
  sid: string
  payload: Buffer
}

export interface NatsReaderHandlers {
  message(message: NatsMessage): void
  /** Any other line: INFO …, PING, PONG, +OK, -ERR …. */
  line(text: string): void
}

const none = Buffer.alloc(0)

/** Reads the NATS protocol from chunks of any size. */
export function createNatsReader({ message, line }: NatsReaderHandlers): (chunk: Buffer) => void {
  let rest: Buffer = none
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (;;) {
      const end = bytes.indexOf('\r\n', at)
      if (end === -1) break
      const text = bytes.toString('latin1', at, end)
      const body = end + 2
      const sizes = payloadSizes(text)
      if (sizes === undefined) {
        line(text)
        at = body
        continue
      }
      if (bytes.length < body + sizes.total + 2) break
      message({ subject: sizes.subject, sid: sizes.sid, payload: bytes.subarray(body + sizes.header, body + sizes.total) })
      at = body + sizes.total + 2
    }
    rest = at === bytes.length ? none : bytes.subarray(at)
  }
}

/** Reads `MSG <subject> <sid> [reply] <total>` and `HMSG <subject> <sid> [reply] <header> <total>`; undefined for other lines. */
function payloadSizes(line: string): { subject: string; sid: string; header: number; total: number } | undefined {
  const withHeader = line.startsWith('HMSG ')
  if (!withHeader && !line.startsWith('MSG ')) return undefined
  const parts = line.split(' ')
  const total = Number(parts.at(-1))
  return { subject: parts[1] ?? '', sid: parts[2] ?? '', header: withHeader ? Number(parts.at(-2)) : 0, total }
}

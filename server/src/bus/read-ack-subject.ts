/** What JetStream tells about a delivery in the subject that answers go to. */
export type Delivery = Readonly<{ seq: number; time: Date; deliveryCount: number }>

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<ns>.<pending>`, or the longer form with domain and
 * account hash in front of the stream. Undefined when it is neither.
 */
export function readAckSubject(subject: string): Delivery | undefined {
  const parts = subject.split('.')
  if (parts[0] !== '$JS' || parts[1] !== 'ACK' || parts.length < 9) return undefined
  const start = parts.length === 9 ? 4 : 6
  const [delivered, streamSeq, , nanoseconds] = parts.slice(start)
  const seq = Number(streamSeq)
  const deliveryCount = Number(delivered)
  const ms = Math.floor(Number(nanoseconds) / 1e6)
  if (!Number.isSafeInteger(seq) || !Number.isSafeInteger(deliveryCount) || !Number.isSafeInteger(ms)) return undefined
  return { seq, deliveryCount, time: new Date(ms) }
}

/** The commands the generator speaks, as text. */
export const natsCommands = {
  connect: (jwt: string) =>
    `CONNECT ${JSON.stringify({ verbose: false, pedantic: false, headers: true, no_responders: true, protocol: 1, lang: 'load', version: '1', jwt })}\r\n`,
  subscribe: (subject: string, sid: number) => `SUB ${subject} ${sid}\r\n`,
  /** A message with its duplicate key, asking for an acknowledgement. */
  publish(options: { subject: string; reply: string; dedupId: string; payload: string }): string {
    const header = `NATS/1.0\r\nNats-Msg-Id: ${options.dedupId}\r\n\r\n`
    const total = header.length + Buffer.byteLength(options.payload)
    return `HPUB ${options.subject} ${options.reply} ${header.length} ${total}\r\n${header}${options.payload}\r\n`
  },
} as const

/** What JetStream or the edge answered. */
export type Answer = { seq: number } | { refused: string }

/** Reads `{"stream","seq"}` or `{"error":{…}}`. */
export function readAnswer(payload: Buffer): Answer {
  const text = payload.toString('utf8')
  const seq = /"seq":(\d+)/.exec(text)?.[1]
  return seq === undefined || text.includes('"error"') ? { refused: text.slice(0, 300) } : { seq: Number(seq) }
}

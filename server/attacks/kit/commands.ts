import { agentId, hpub, inbox, otherVisitorId, ownPulse, ownSubject, pub, site, textMessage, visitorId } from '../../test/edge-commands.ts'

// What fuzzing says to the edge in the place of one visitor, and what of it may come out on the other side.

/** Words that the filter reads, and ends of lines. */
export const words = [
  ...['PUB', 'HPUB', 'SUB', 'UNSUB', 'PING', 'CONNECT', 'INFO', 'MSG', '-ERR', 'pub'],
  ...[' ', '\t', '0', '2', '-1', '99999999999999999999', '{}', '\0', '\n', '\r', '\r\n'],
] as const

/** Subjects, most of them not the visitor's. */
export const subjects = [
  ...[ownSubject, ownPulse, inbox, '>', '*'],
  `chat.${site}.${otherVisitorId}.visitor`,
  `chat.${site}.*.visitor`,
  `live.chat.${site}.>`,
  '$JS.API.STREAM.PURGE.CHAT',
  '$SYS.>',
  `_INBOX.${otherVisitorId}.x`,
  `_INBOX.${visitorId}.>`,
  `chat.${site}.${visitorId}.agent.${agentId}`,
  `${ownSubject}\u00a0`,
] as const

/** Reply subjects, most of them not the visitor's. */
export const replies = ['', inbox, '$JS.API.STREAM.DELETE.CHAT', `_INBOX.${otherVisitorId}.x`, `_INBOX.${visitorId}`] as const

/** What the visitor may say. */
export const fairCommands = [
  pub(ownPulse, '{"v":1,"type":"typing"}'),
  hpub(ownSubject, textMessage('x'), { reply: inbox }),
  Buffer.from(`SUB _INBOX.${visitorId}.> 40\r\n`),
  Buffer.from('PING\r\n'),
] as const

/** Everything the visitor may say to nats-server, as whole command lines. Written apart from the filter, from the contract. */
const fairLines = [
  new RegExp(`^HPUB chat\\.${site}\\.${visitorId}\\.visitor( _INBOX\\.${visitorId}\\.[\\w.-]+)? \\d+ \\d+$`, 'i'),
  new RegExp(`^PUB pulse\\.${site}\\.${visitorId}\\.visitor( _INBOX\\.${visitorId}\\.[\\w.-]+)? \\d+$`, 'i'),
  new RegExp(
    `^SUB (live\\.chat\\.${site}\\.${visitorId}\\.(visitor|event|agent\\.[\\w*]+)|pulse\\.${site}\\.${visitorId}\\.agent\\.[\\w*]+|saved\\.${site}\\.${visitorId}|_INBOX\\.${visitorId}\\.[\\w.*>-]+) \\w+$`,
    'i',
  ),
  /^UNSUB \w+( \d+)?$/i,
  /^P[IO]NG$/i,
]

/** The lines among these that nats-server must never be told by the visitor. */
export const unfair = (lines: readonly string[]): string[] => lines.filter((line) => !fairLines.some((pattern) => pattern.test(line)))

/** Reads bytes as nats-server would: lines, and payloads by their announced length. Gives the command lines; throws at what is not whole. */
export function commandLines(bytes: Buffer): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n', at)
    if (end < at) throw new Error('a line without end was passed on')
    const line = bytes
      .toString('latin1', at, end)
      .replace(/[\t ]+/g, ' ')
      .trim()
    lines.push(line)
    at = end + 2
    if (/^h?pub /i.test(line)) {
      at += Number(line.split(' ').at(-1))
      if (bytes.toString('latin1', at, at + 2) !== '\r\n') throw new Error(`a payload without end was passed on, of ${line}`)
      at += 2
    }
  }
  return lines
}

import type { Link } from './connection.ts'
import type { Place } from './incoming.ts'
import type { OutboxEntry } from './outbox.ts'
import { encode } from './protocol/codec.ts'
import { UsherError } from './protocol/errors.ts'
import { toSeq } from './protocol/seq.ts'
import { dedupId, subjects } from './protocol/subjects.ts'
import { readAck } from './read-ack.ts'
import type { Opening } from './thread-options.ts'

const publishTimeoutMs = 5_000

/** What one person says in one thread: messages, which are stored, and pulses, which are not. */
export class ThreadVoice {
  /** The connection; undefined while there is none. */
  link: Link | undefined
  /** Whose thread, and who speaks; undefined until it is known. */
  opening: Opening | undefined
  /** What is written belongs here, as far as anybody knows. */
  isSure = false

  /** Where what is written belongs; undefined until it is known. */
  get place(): Place | undefined {
    return this.isSure && this.opening ? { site: this.opening.site, visitor: this.opening.visitor } : undefined
  }

  /** Resolves with the seq the message is stored at. Rejects with an UsherError. [R15] */
  async publish({ id, text, note }: OutboxEntry): Promise<number> {
    const { link, opening } = this
    if (!link || !opening) throw new UsherError('connection_lost', 'unable to send; there is no connection')
    const { site, visitor, self } = opening
    const toAgents = note ? subjects.note : subjects.agentMessage
    const subject = self.role === 'visitor' ? subjects.visitorMessage(site, visitor) : toAgents(site, visitor, self.id)
    const payload = encode({ v: 1, id, kind: 'text', body: { text } })
    const answer = await link.transport.request(subject, payload, { 'Nats-Msg-Id': dedupId(self.id, id) }, publishTimeoutMs)
    return toSeq(link.epoch, readAck(answer))
  }

  /** `text`: the draft, '' when typing stopped. Agents never show theirs, so they cannot take it back either. */
  typing(text: string | undefined): void {
    const isVisitor = this.opening?.self.role === 'visitor'
    if (isVisitor || text !== '') this.pulse({ v: 1, type: 'typing', ...(isVisitor && text !== undefined && { text }) })
  }

  /** Tells whether there was a connection to tell it on. */
  pulse(pulse: object): boolean {
    const { link, opening } = this
    if (!link || !opening) return false
    const { site, visitor, self } = opening
    const subject = self.role === 'visitor' ? subjects.visitorPulse(site, visitor) : subjects.agentPulse(site, visitor, self.id)
    link.transport.publish(subject, encode(pulse))
    return true
  }
}

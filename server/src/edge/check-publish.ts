import { agentPulse, decode, heartbeat, maxPayloadBytes, maxTextLength, message, visitorPulse } from '@usher-chat/sdk/protocol'
import type { PublishCommand } from './parse-command.ts'
import type { Policy, PublishKind } from './policy.ts'
import type { PublishRefusal } from './refusals.ts'

/** What the command line alone tells: where it goes, where answers go, how long it is. The kind of payload, or why it is refused. */
export function checkEnvelope(policy: Policy, command: PublishCommand): { kind: PublishKind } | { refusal: PublishRefusal } {
  const kind = policy.publishKind(command.subject)
  if (kind === undefined) return { refusal: 'subject' }
  if (command.reply !== undefined && !policy.mayReplyTo(command.reply)) return { refusal: 'reply' }
  // Messages are stored and need the header that makes them unique; nothing else may steer the broker with headers.
  if ((command.verb === 'HPUB') !== (kind === 'message')) return { refusal: 'header' }
  if (command.totalBytes - command.headerBytes > maxPayloadBytes) return { refusal: 'payload_size' }
  if (kind === 'message' && command.headerBytes !== policy.messageHeaderBytes) return { refusal: 'header' }
  return { kind }
}

/** What header and payload tell: do they fit each other and the subject? */
export function checkContent(policy: Policy, kind: PublishKind, header: Buffer, payload: Buffer): PublishRefusal | undefined {
  switch (kind) {
    case 'message':
      return checkMessage(policy, header, payload)
    case 'visitorPulse':
      return decode(visitorPulse, payload) === undefined ? 'payload' : undefined
    case 'agentPulse':
      return decode(agentPulse, payload) === undefined ? 'payload' : undefined
    case 'heartbeat':
      return decode(heartbeat, payload) === undefined ? 'payload' : undefined
  }
}

function checkMessage(policy: Policy, header: Buffer, payload: Buffer): PublishRefusal | undefined {
  const read = decode(message, payload)
  if (read === undefined) return isTooLong(payload) ? 'text_length' : 'payload'
  return header.toString('latin1') === policy.messageHeader(read.id) ? undefined : 'header'
}

/** The one mistake a person can make by writing deserves its own words. */
function isTooLong(payload: Buffer): boolean {
  try {
    const read: { body?: { text?: unknown } } | null = JSON.parse(payload.toString('utf8'))
    const text = read?.body?.text
    return typeof text === 'string' && text.length > maxTextLength
  } catch {
    return false
  }
}

import { type ErrorCode, errorCodes, maxPayloadBytes, maxTextLength, type Refusal } from '@usher-chat/sdk/protocol'

/** Why one publish is not passed on, the socket staying open. The key is the label of `usher_edge_refused_total`. */
export const publishRefusals = {
  subject: { code: 'forbidden', reason: 'not a place you may write to' },
  reply: { code: 'forbidden', reason: 'answers go to your own inbox only' },
  header: { code: 'invalid_argument', reason: 'a message carries the header Nats-Msg-Id with its own id, and nothing else carries any' },
  payload_size: { code: 'payload_too_large', reason: `more than ${maxPayloadBytes} bytes` },
  text_length: { code: 'message_too_long', reason: `longer than ${maxTextLength} characters` },
  payload: { code: 'validation_failed', reason: 'not in the shape of this subject' },
  rate: { code: 'rate_limited', reason: 'too fast' },
} as const satisfies Record<string, { code: ErrorCode; reason: string }>

export type PublishRefusal = keyof typeof publishRefusals

/** Why one subscription is not passed on. */
export type SubscribeRefusal = 'subscription' | 'queue_group' | 'subscription_count'

export type RefusalReason = PublishRefusal | SubscribeRefusal

/** The refusal as a client reads it, in the shape of a JetStream error. [R12] */
export function refusalOf(reason: PublishRefusal, retryAfterMs: number): Refusal {
  const { code, reason: words } = publishRefusals[reason]
  const { status } = errorCodes[code]
  if (reason !== 'rate') return { error: { code: status, err_code: code, description: `unable to send; ${words}` } }
  const description = `unable to send; ${words}, try again in ${retryAfterMs} ms`
  return { error: { code: status, err_code: code, description, retryAfterMs } }
}

/** The refusal as a message on the client's own inbox. */
export function answerMessage(reply: string, sid: string, refusal: Refusal): Buffer {
  const body = JSON.stringify(refusal)
  return Buffer.from(`MSG ${reply} ${sid} ${Buffer.byteLength(body)}\r\n${body}\r\n`)
}

/** The refusal of a publish nobody waits for. Subjects and replies in nats-server's words, so that clients find whom it concerns. */
export function publishError(reason: PublishRefusal, subject: string, reply: string | undefined, refusal: Refusal): Buffer {
  if (reason === 'subject') return errorLine(`Permissions Violation for Publish to "${subject}"`)
  if (reason === 'reply') return errorLine(`Permissions Violation for Publish with Reply of "${reply ?? ''}"`)
  return errorLine(refusal.error.description)
}

export function subscribeError(reason: SubscribeRefusal, subject: string, queue: string | undefined): Buffer {
  if (reason === 'subscription_count') return errorLine('Maximum Subscriptions Exceeded')
  const using = queue === undefined ? '' : ` using queue "${queue}"`
  return errorLine(`Permissions Violation for Subscription to "${subject}"${using}`)
}

/** `-ERR '…'`: one line, the quotes only around it. */
export function errorLine(text: string): Buffer {
  return Buffer.from(`-ERR '${text.replace(/[\r\n']/g, ' ')}'\r\n`)
}

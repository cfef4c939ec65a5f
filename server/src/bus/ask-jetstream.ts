import { UsherError } from '@usher-chat/sdk/protocol'
import { type Msg, type MsgHdrs, type NatsConnection, NatsError } from 'nats'
import * as v from 'valibot'

/** One request to JetStream. `action` completes the sentence `unable to <action>`. */
export type JetStreamRequest = Readonly<{
  subject: string
  payload?: Uint8Array
  headers?: MsgHdrs
  action: string
  timeoutMs?: number
}>

const failure = v.object({
  error: v.object({ code: v.number(), err_code: v.optional(v.number()), description: v.optional(v.string(), 'no reason given') }),
})

/** JetStream could not store a message; the description says whether the subject or the whole stream is full. */
const storeFailed = 10077

/** Asks JetStream and gives its answer as it came. Throws `timeout` or `service_unavailable` when none comes. */
export async function askJetStream(nc: NatsConnection, ask: JetStreamRequest): Promise<Msg> {
  const { subject, payload, headers, action, timeoutMs = 5_000 } = ask
  try {
    return await nc.request(subject, payload, { timeout: timeoutMs, ...(headers === undefined ? {} : { headers }) })
  } catch (cause) {
    const timedOut = cause instanceof NatsError && cause.code === 'TIMEOUT'
    const reason = timedOut ? `no answer within ${timeoutMs} ms` : 'the message stream is away'
    throw new UsherError(timedOut ? 'timeout' : 'service_unavailable', `unable to ${action}; ${reason}`, { cause })
  }
}

/** Asks JetStream for a JSON answer of this shape. Throws what `askJetStream` throws, and its refusals. */
export async function askJetStreamFor<Schema extends v.GenericSchema>(
  nc: NatsConnection,
  ask: JetStreamRequest,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const answer = (await askJetStream(nc, ask)).json<unknown>()
  const failed = v.safeParse(failure, answer)
  if (failed.success) throw refused(ask.action, failed.output.error)
  return v.parse(schema, answer)
}

function refused(action: string, error: { code: number; err_code?: number | undefined; description: string }): UsherError {
  if (error.err_code === storeFailed && error.description.includes('per subject')) {
    return new UsherError('thread_full', `unable to ${action}; this thread has too many recent messages`)
  }
  const code = error.code === 404 ? 'not_found' : error.code === 400 ? 'internal' : 'service_unavailable'
  return new UsherError(code, `unable to ${action}; ${error.description}`)
}

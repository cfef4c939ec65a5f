import { isErrorCode, type Refusal, UsherError } from './protocol/errors.ts'

interface Answer {
  seq?: unknown
  error?: Partial<Refusal['error']>
}

const decoder = new TextDecoder()

/** The stream sequence a publish landed at. Throws the refusal of the edge or of JetStream as an UsherError. [R12] */
export function readAck(payload: Uint8Array): number {
  let answer: Answer
  try {
    answer = JSON.parse(decoder.decode(payload)) as Answer
  } catch (cause) {
    throw new UsherError('service_unavailable', 'unable to send; the answer makes no sense', { cause })
  }
  if (typeof answer.seq === 'number' && !answer.error) return answer.seq
  const { err_code: code, description = 'the server cannot store messages now', retryAfterMs } = answer.error ?? {}
  if (isErrorCode(code)) throw new UsherError(code, description, { retryAfterMs })
  // JetStream's own refusals carry numbers; the one about a full subject is told by its words.
  if (description.includes('per subject')) throw new UsherError('thread_full', 'unable to send; this thread holds too many recent messages')
  throw new UsherError('service_unavailable', `unable to send; ${description}`)
}

import { isUsherError } from '@usher-chat/sdk/protocol'
import type { Wording } from './texts.ts'

/** What a person is told about an error: never a code, never a stack. */
export function describeError(error: unknown, { errors }: Wording): string {
  return (isUsherError(error) ? errors[error.code] : undefined) ?? errors.internal
}

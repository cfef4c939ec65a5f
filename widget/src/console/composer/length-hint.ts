import { maxTextLength } from '@usher-chat/sdk/protocol'

/** Characters left, told only when it begins to matter; negative when the text is too long. */
export function lengthHint(text: string): number | undefined {
  const left = maxTextLength - text.length
  return left <= maxTextLength / 10 ? left : undefined
}

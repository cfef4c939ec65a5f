/** The part of a KeyboardEvent that matters here. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey' | 'isComposing' | 'keyCode'>

/** Enter sends; with Shift or Alt it is a new line; while an input method composes, it only confirms the word. */
export function sendsMessage(press: KeyPress): boolean {
  // Safari ends the composition before the keydown and tells of it by the code 229 alone.
  if (press.isComposing || press.keyCode === 229) return false
  return press.key === 'Enter' && !press.shiftKey && !press.altKey
}

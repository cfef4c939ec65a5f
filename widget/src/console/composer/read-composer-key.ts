export type ComposerKey = 'send' | 'send-and-resolve' | 'leave'

type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'keyCode'>

/** What a key means inside the composer. While an input method composes a word, Enter and Escape belong to it. */
export function readComposerKey({ key, shiftKey, ctrlKey, metaKey, altKey, isComposing, keyCode }: Press): ComposerKey | undefined {
  // Safari ends the composition before it tells of the Enter that ended it; 229 is what is left to know it by.
  if (isComposing || keyCode === 229 || altKey) return undefined
  if (key === 'Escape') return 'leave'
  if (key !== 'Enter' || shiftKey) return undefined
  return ctrlKey || metaKey ? 'send-and-resolve' : 'send'
}

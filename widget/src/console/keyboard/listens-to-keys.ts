/** Whether a key pressed here belongs to the page: not to a field, an open dialog, a menu, or an input method at work. */
export function listensToKeys(event: Pick<KeyboardEvent, 'target' | 'isComposing' | 'defaultPrevented' | 'key'>): boolean {
  if (event.isComposing || event.defaultPrevented) return false
  if (!(event.target instanceof Element)) return true
  if (event.target.closest('input, textarea, select, [contenteditable], dialog, [role=menu]') !== null) return false
  // Enter and Space on a control press that control.
  return event.key !== 'Enter' || event.target.closest('button, a, summary') === null
}

/** What a key can ask the console to do. */
export type Command =
  | 'next'
  | 'previous'
  | 'open'
  | 'reply'
  | 'note'
  | 'resolve'
  | 'assign'
  | 'filter'
  | 'help'
  | 'go-mine'
  | 'go-queue'
  | 'go-all'
  | 'go-resolved'

export interface Shortcut {
  /** Keys pressed one after the other, as `KeyboardEvent.key` names them, letters lower case. */
  keys: readonly [string] | readonly [string, string]
  command: Command
  label: string
}

export const shortcuts: readonly Shortcut[] = [
  { keys: ['j'], command: 'next', label: 'Next conversation' },
  { keys: ['k'], command: 'previous', label: 'Previous conversation' },
  { keys: ['Enter'], command: 'open', label: 'Open conversation' },
  { keys: ['/'], command: 'filter', label: 'Filter the list' },
  { keys: ['r'], command: 'reply', label: 'Reply' },
  { keys: ['n'], command: 'note', label: 'Write a note' },
  { keys: ['a'], command: 'assign', label: 'Assign to me' },
  { keys: ['e'], command: 'resolve', label: 'Resolve' },
  { keys: ['g', 'm'], command: 'go-mine', label: 'Go to Mine' },
  { keys: ['g', 'q'], command: 'go-queue', label: 'Go to Queue' },
  { keys: ['g', 'a'], command: 'go-all', label: 'Go to All' },
  { keys: ['g', 'r'], command: 'go-resolved', label: 'Go to Resolved' },
  { keys: ['?'], command: 'help', label: 'Keyboard shortcuts' },
]

/** Keys that work inside the composer and dialogs; shown in the help, read where they apply. */
export const composerKeys: readonly { keys: readonly string[]; label: string }[] = [
  { keys: ['Enter'], label: 'Send' },
  { keys: ['Shift', 'Enter'], label: 'New line' },
  { keys: ['⌘/Ctrl', 'Enter'], label: 'Send and resolve' },
  { keys: ['Esc'], label: 'Leave the composer, close dialogs' },
]

import type { Conversation } from '@usher-chat/sdk/protocol'
import type { RefObject } from 'preact'
import { useReadable } from '../../ui/use-readable.ts'
import type { ComposerHandle } from '../composer/composer.tsx'
import type { Command } from '../keyboard/shortcuts.ts'
import { useShortcuts } from '../keyboard/use-shortcuts.ts'
import type { Cursor } from '../list/use-cursor.ts'
import { type Console, useConsole } from '../state/console.ts'
import type { Route } from '../state/route.ts'

export interface CommandsOptions {
  cursor: Cursor
  /** What E and A act on: the open conversation, else the one the cursor points at. */
  target: Conversation | undefined
  composer: RefObject<ComposerHandle | null>
  filter: RefObject<HTMLInputElement | null>
  meId: string
}

/** Turns keys into what they do. */
export function useCommands(options: CommandsOptions): void {
  const shared = useConsole()
  const { singleKeys } = useReadable(shared.settings)
  const run = (command: Command) => {
    const deed = deedOf(command, options, shared)
    deed?.()
    return deed !== undefined
  }
  useShortcuts({ enabled: singleKeys, now: shared.now, run })
}

/** What a command does right now; undefined when there is nothing to do. */
function deedOf(command: Command, options: CommandsOptions, { actions, route, dialog }: Console): (() => void) | undefined {
  const { cursor, target, composer, filter, meId } = options
  const unresolved = target?.status === 'resolved' ? undefined : target
  switch (command) {
    case 'next':
    case 'previous':
      return () => cursor.move(command === 'next' ? 1 : -1)
    case 'open':
      return cursor.id === undefined ? undefined : () => route.go({ conversation: cursor.id, card: false })
    case 'reply':
    case 'note':
      return composer.current === null ? undefined : () => composer.current?.focus(command)
    case 'resolve':
      return unresolved && (() => void actions.resolve(unresolved))
    case 'assign':
      return unresolved === undefined || unresolved.assignee?.id === meId ? undefined : () => void actions.assign(unresolved)
    case 'filter':
      return () => filter.current?.focus()
    case 'help':
      return () => dialog.set('shortcuts')
    default:
      return () => route.go({ view: views[command], conversation: undefined, card: false })
  }
}

const views = {
  'go-mine': 'mine',
  'go-queue': 'queue',
  'go-all': 'all',
  'go-resolved': 'resolved',
} as const satisfies Partial<Record<Command, Route['view']>>

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
  useShortcuts({ enabled: singleKeys, now: shared.now, run: (command) => run(command, options, shared) })
}

/** False: there was nothing to do. */
function run(command: Command, { cursor, target, composer, filter, meId }: CommandsOptions, { actions, route, dialog }: Console): boolean {
  const go = (view: Route['view']) => (route.go({ view, conversation: undefined, card: false }), true)
  switch (command) {
    case 'next':
    case 'previous':
      return (cursor.move(command === 'next' ? 1 : -1), true)
    case 'open':
      if (cursor.id === undefined) return false
      return (route.go({ conversation: cursor.id, card: false }), true)
    case 'reply':
    case 'note':
      if (composer.current === null) return false
      return (composer.current.focus(command), true)
    case 'resolve':
      if (target === undefined || target.status === 'resolved') return false
      return (void actions.resolve(target), true)
    case 'assign':
      if (target === undefined || target.status === 'resolved' || target.assignee?.id === meId) return false
      return (void actions.assign(target), true)
    case 'filter':
      return (filter.current?.focus(), true)
    case 'help':
      return (dialog.set('shortcuts'), true)
    case 'go-mine':
      return go('mine')
    case 'go-queue':
      return go('queue')
    case 'go-all':
      return go('all')
    case 'go-resolved':
      return go('resolved')
  }
}

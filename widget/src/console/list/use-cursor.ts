import type { Conversation, ConversationId } from '@usher-chat/sdk/protocol'
import { useEffect, useRef, useState } from 'preact/hooks'
import { moveCursor } from './move-cursor.ts'

export interface Cursor {
  /** The conversation the keyboard points at. */
  id: ConversationId | undefined
  point(id: ConversationId): void
  move(step: 1 | -1): void
}

/** The keyboard's place in a list. It follows the opened conversation, and when its own leaves the list it stays at that height. */
export function useCursor(conversations: readonly Conversation[], opened: ConversationId | undefined): Cursor {
  const [wanted, setWanted] = useState(opened)
  const height = useRef(0)
  useEffect(() => {
    if (opened !== undefined) setWanted(opened)
  }, [opened])
  const ids = conversations.map(({ id }) => id)
  const index = wanted === undefined ? -1 : ids.indexOf(wanted)
  if (index !== -1) height.current = index
  const id = index !== -1 || wanted === undefined ? wanted : ids[Math.min(height.current, ids.length - 1)]
  const move = (step: 1 | -1) => setWanted(index === -1 && wanted !== undefined ? id : moveCursor(ids, id, step))
  return { id, point: setWanted, move }
}

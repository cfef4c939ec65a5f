import type { Readable, VisitorClient } from '@usher-chat/sdk/visitor'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { WidgetSettings } from '../ui/embedding.ts'
import type { Draft } from './keep-draft.ts'
import type { Starter } from './start-session.ts'
import type { Wording } from './texts.ts'

/** What every part of the panel may use. */
export interface PanelParts {
  client: VisitorClient
  settings: WidgetSettings
  starter: Starter
  wording: Wording
  draft: Draft
  /** Whether the frame is visible. */
  opened: Readable<boolean>
  close: () => void
  /** Everything on screen was read by the visitor. */
  read: () => void
}

const PanelContext = createContext<PanelParts | undefined>(undefined)

export const PanelProvider = PanelContext.Provider

export function usePanel(): PanelParts {
  const parts = useContext(PanelContext)
  if (!parts) throw new Error('unable to draw; the panel has no provider')
  return parts
}

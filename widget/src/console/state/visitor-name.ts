import type { VisitorCard } from '@usher-chat/sdk/protocol'

/** How agents call a visitor: by name, else by e-mail, else by the stable end of the id, so that two strangers are told apart. */
export function visitorName(visitor: Pick<VisitorCard, 'id' | 'name' | 'email'>): string {
  return visitor.name ?? visitor.email ?? `Visitor · ${visitor.id.slice(-4)}`
}

/** What the initials of an avatar are made from; strangers are all "V". */
export const avatarName = (visitor: Pick<VisitorCard, 'name' | 'email'>): string => visitor.name ?? visitor.email ?? 'V'

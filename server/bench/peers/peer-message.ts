/** A message on its way in. */
export interface PeerDraft {
  id: string
  text: string
}

/** The same bounds as Usher's: a UUID, and 1 to 4,000 characters. Undefined for anything else. */
export function readDraft(value: unknown): PeerDraft | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('text' in value)) return undefined
  const { id, text } = value
  if (typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id)) return undefined
  if (typeof text !== 'string' || text.length === 0 || text.length > 4_000) return undefined
  return { id, text }
}

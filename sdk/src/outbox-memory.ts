import type { OutboxDriver, OutboxEntry } from './outbox.ts'

/** Keeps entries as long as the process lives: for Node, and for browsers that block storage. */
export function createMemoryOutbox(): OutboxDriver {
  const entries = new Map<string, OutboxEntry>()
  return {
    load: async (owner) => [...entries.values()].filter((entry) => entry.owner === owner),
    async put(entry) {
      entries.set(entry.id, entry)
    },
    async remove(id) {
      entries.delete(id)
    },
    async clear(owner) {
      for (const entry of [...entries.values()]) if (entry.owner === owner) entries.delete(entry.id)
    },
  }
}

import { expect, test } from 'vitest'
import { openDrafts } from './drafts.ts'
import { safeStorage } from './safe-storage.ts'

const day = 24 * 3_600_000

function memory(): Storage {
  const map = new Map<string, string>()
  const api = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  }
  return new Proxy(api, {
    ownKeys: () => [...map.keys()],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  }) as Storage
}

test('reply and note of a conversation are kept apart, and apart from another agent’s', () => {
  const storage = safeStorage(memory)
  const drafts = openDrafts({ storage, agent: 'anna', now: () => 0 })
  drafts.write('c1', 'reply', 'hello')
  drafts.write('c1', 'note', 'psst')
  expect([drafts.read('c1', 'reply'), drafts.read('c1', 'note'), drafts.read('c2', 'reply')]).toEqual(['hello', 'psst', ''])
  expect(openDrafts({ storage, agent: 'ben', now: () => 0 }).read('c1', 'reply')).toBe('')
  drafts.write('c1', 'reply', '')
  expect(drafts.read('c1', 'reply')).toBe('')
})

test('a draft nobody came back to in a month is forgotten', () => {
  const storage = safeStorage(memory)
  openDrafts({ storage, agent: 'anna', now: () => 0 }).write('old', 'reply', 'x')
  openDrafts({ storage, agent: 'anna', now: () => 20 * day }).write('new', 'reply', 'y')
  const later = openDrafts({ storage, agent: 'anna', now: () => 31 * day })
  expect([later.read('old', 'reply'), later.read('new', 'reply')]).toEqual(['', 'y'])
})

test('where storage is blocked or full, drafts last as long as the page', () => {
  const blocked = safeStorage(() => {
    throw new Error('denied')
  })
  const full = safeStorage(
    () =>
      ({
        ...memory(),
        getItem: () => null,
        setItem: () => {
          throw new Error('quota')
        },
      }) as unknown as Storage,
  )
  for (const storage of [blocked, full]) {
    const drafts = openDrafts({ storage, agent: 'anna', now: () => 0 })
    drafts.write('c1', 'reply', 'hello')
    expect(drafts.read('c1', 'reply')).toBe('hello')
  }
})

test('damaged entries are no drafts', () => {
  const storage = safeStorage(memory)
  const drafts = openDrafts({ storage, agent: 'anna', now: () => 0 })
  for (const json of ['{', '[]', '{"text":1,"at":0}', 'null']) {
    storage.setItem('usher.console.draft.anna.c1.reply', json)
    expect(drafts.read('c1', 'reply')).toBe('')
  }
})

test('[S15] who logs out leaves no draft of theirs behind, and those of others as they are', () => {
  const storage = safeStorage(memory)
  const [anna, ben] = ['anna', 'ben'].map((agent) => openDrafts({ storage, agent, now: () => 0 }))
  for (const drafts of [anna, ben]) drafts?.write('c1', 'reply', 'hello')
  anna?.write('c2', 'note', 'psst')
  anna?.forget()
  expect(storage.keys()).toEqual(['usher.console.draft.ben.c1.reply'])
})

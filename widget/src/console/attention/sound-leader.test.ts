import { expect, test, vi } from 'vitest'
import { type Locks, openSoundLeader } from './sound-leader.ts'

/** Locks as browsers keep them: one holder, the others wait in line, and a thief takes it at once. */
function createLocks(): Locks {
  let holder: { lose: (reason: Error) => void } | undefined
  const line: (() => void)[] = []
  const next = () => {
    holder = undefined
    line.shift()?.()
  }
  return {
    request: (_, { steal, signal }, hold) =>
      new Promise((resolve, reject) => {
        const take = () => {
          const self = { lose: reject }
          holder = self
          void hold().then(() => {
            resolve(undefined)
            if (holder === self) next()
          })
        }
        signal?.addEventListener('abort', () => {
          if (line.includes(take)) line.splice(line.indexOf(take), 1)
          reject(new Error('aborted'))
        })
        if (steal) {
          holder?.lose(new Error('stolen'))
          take()
        } else if (holder === undefined) take()
        else line.push(take)
      }),
  }
}

test('of two tabs one plays, and the other takes over when it is closed', async () => {
  const locks = createLocks()
  const first = openSoundLeader(locks)
  const second = openSoundLeader(locks)
  expect([first.leads(), second.leads()]).toEqual([true, false])
  first.close()
  await vi.waitFor(() => expect(second.leads()).toBe(true))
  expect(first.leads()).toBe(false)
})

test('the tab the agent turns to becomes the one that plays, back and forth', async () => {
  const locks = createLocks()
  const first = openSoundLeader(locks)
  const second = openSoundLeader(locks)
  for (const [claims, loses] of [
    [second, first],
    [first, second],
    [second, first],
  ] as const) {
    claims.claim()
    await vi.waitFor(() => expect([claims.leads(), loses.leads()]).toEqual([true, false]))
  }
  second.close()
  await vi.waitFor(() => expect(first.leads()).toBe(true))
})

test('where a browser has no locks every tab plays', () => {
  const alone = openSoundLeader(undefined)
  expect(alone.leads()).toBe(true)
  alone.close()
  expect(alone.leads()).toBe(false)
})

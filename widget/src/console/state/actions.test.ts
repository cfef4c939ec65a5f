import { UsherError } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { createFixtureClient, type FixtureOptions } from '../gallery/fixture-client.ts'
import { conversation, now } from '../gallery/fixture-data.ts'
import { createActions } from './actions.ts'
import { safeStorage } from './safe-storage.ts'
import { openSettings } from './settings.ts'
import { openToasts } from './toasts.ts'

function setUp(options: Partial<FixtureOptions> = {}) {
  const client = createFixtureClient({ now: () => now, conversations: [conversation(0), conversation(1)], ...options })
  const toasts = openToasts()
  const settings = openSettings(
    safeStorage(() => {
      throw new Error('denied')
    }),
  )
  const changed: string[] = []
  const actions = createActions({ client, toasts, settings, now: () => now, onChange: ({ id, status }) => changed.push(`${id} ${status}`) })
  return { client, toasts, actions, changed, said: () => toasts.getSnapshot().map(({ text }) => text) }
}

test('a refused action is explained in a sentence and changes nothing', async () => {
  const { actions, said, changed } = setUp({ failure: new UsherError('service_unavailable', 'unable to resolve; restarting') })
  expect(await actions.resolve(conversation(0))).toBeUndefined()
  expect(said()).toEqual(['Couldn’t resolve the conversation: the server is busy or restarting.'])
  expect(changed).toEqual([])
})

test('pressing twice acts once', async () => {
  const { actions, client } = setUp()
  await Promise.all([actions.resolve(conversation(0)), actions.resolve(conversation(0))])
  expect(client.calls).toEqual([`resolve ${conversation(0).id}`])
})

test('a conversation a colleague has is not taken silently, but can be taken over', async () => {
  const { actions, client, toasts, said } = setUp()
  expect(await actions.assign(conversation(1))).toBeUndefined()
  expect(said()).toEqual(['Ben Okafor has this conversation.'])
  toasts.getSnapshot()[0]?.action?.run()
  await Promise.resolve()
  expect(client.calls.at(-1)).toBe(`assign ${conversation(1).id} take`)
})

test('the presence one chose is remembered even when the server cannot be told', async () => {
  const { actions, said } = setUp({ failure: new UsherError('timeout', 'unable to set presence; no answer') })
  await actions.setPresence('away')
  expect(said()).toEqual(['Couldn’t set you away: the server took too long to answer.'])
})

import { encode, newId, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { startNats, startPostgres } from './start-stack.ts'

test('a stack starts, stores and is migrated', async () => {
  await using nats = await startNats()
  const bus = await nats.bus()
  const [site, visitor] = [newId(), newId()]
  const id = newMessageId()
  const stored = await bus.publish(subjects.event(site, visitor), encode({ v: 1 }), { msgId: `server:${id}` })
  expect(stored).toEqual({ seq: 1, duplicate: false })
  expect(await bus.publish(subjects.event(site, visitor), encode({ v: 1 }), { msgId: `server:${id}` })).toEqual({ seq: 1, duplicate: true })
})

test('postgres', async () => {
  await using postgres = await startPostgres()
  expect(postgres.databaseUrl).toContain('/test_')
})

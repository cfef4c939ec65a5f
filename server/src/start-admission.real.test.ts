import { expect, test, vi } from 'vitest'
import { startStack } from '../test/start-stack.ts'
import { connectDb } from './db/connect-db.ts'
import { silentLog } from './log.ts'
import { startAdmission } from './start-admission.ts'

test('F22 [P5] what is read of the stream can be told apart by the connection: each has its number, and none counts before its epoch is certain', async () => {
  await using stack = await startStack()
  const db = connectDb({ url: stack.databaseUrl, log: silentLog, size: 1 })
  const bus = await stack.nats.bus()
  const door: [boolean, number | undefined][] = []
  const admission = startAdmission({ bus, db, log: silentLog, door: (open) => door.push([open, admission.connection()]) })
  expect(admission.connection()).toBeUndefined()
  expect(await admission.settled()).toBe(0)
  expect(admission.connection()).toBe(1)

  await stack.nats.loseStore()
  await vi.waitFor(() => expect(admission.epoch()).toBe(1), { timeout: 10_000 })
  expect(admission.connection()).toBe(2)
  expect(door).toEqual([
    [true, 1],
    [false, undefined],
    [true, 2],
  ])
  admission.stop()
  await db.close()
})

import { encode, newId, newMessageId, subjects } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { checkPostgres } from '../src/db/check-postgres.ts'
import { connectDb } from '../src/db/connect-db.ts'
import { silentLog } from '../src/log.ts'
import { startOwnPostgres, startStack } from './start-stack.ts'

test('[P10] a stack has a stream that stores and a database that is migrated', async () => {
  await using stack = await startStack()
  const bus = await stack.nats.bus()
  const stored = await bus.publish(subjects.event(newId(), newId()), encode({ v: 1 }), { msgId: `server:${newMessageId()}` })
  expect(stored).toEqual({ seq: 1, duplicate: false })
  const db = connectDb({ url: stack.databaseUrl, log: silentLog })
  expect(await db.query('select count(*)::int as sites from sites')).toEqual([{ sites: 0 }])
  await db.close()
})

test('[P8] a Postgres of its own keeps what was committed when it is killed, and answers again after a freeze', async () => {
  await using postgres = await startOwnPostgres()
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog, statementTimeoutMs: 1_000 })
  await db.query('create table kept (n integer)')
  await db.query('insert into kept values (1)')
  await postgres.kill9()
  await expect(checkPostgres(postgres.databaseUrl)).rejects.toThrow()
  await postgres.restart()
  expect(await db.query('select n from kept')).toEqual([{ n: 1 }])
  await postgres.pause()
  await expect(db.query('select n from kept')).rejects.toThrow()
  await postgres.resume()
  await checkPostgres(postgres.databaseUrl)
  await db.close()
})

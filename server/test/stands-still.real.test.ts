import { newId } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { createVisitor } from '../replay/cast.ts'
import { pause, when } from '../replay/wait.ts'
import { connectDb } from '../src/db/connect-db.ts'
import { silentLog } from '../src/log.ts'
import { startMain } from './start-main.ts'
import { startNats } from './start-nats.ts'
import { startPostgres } from './start-postgres.ts'

/** The fault itself: so long a server does nothing. */
const stallMs = 2_000

test('F54 [P8] a server that stands still for two seconds loses no client, and nothing that was said meanwhile', async () => {
  await using nats = await startNats()
  await using postgres = await startPostgres()
  const [site, siteKey] = [newId(), newId()]
  const db = connectDb({ url: postgres.databaseUrl, log: silentLog, size: 1 })
  await db.query(`insert into sites (id, key, name, identity_secret) values ($1, $2, 'The Shop', 'secret')`, [site, siteKey])
  await db.close()
  await using main = await startMain({ nats, databaseUrl: postgres.databaseUrl })
  await main.untilReady()
  const visitor = createVisitor({ url: main.url, siteKey, site, agents: [] })
  try {
    await visitor.start()
    visitor.connect()
    await when(visitor.connection, ({ state }) => state === 'connected', 'the visitor never connected')
    const states: string[] = []
    visitor.connection.subscribe(() => states.push(visitor.connection.getSnapshot().state))

    main.child.signal('SIGSTOP')
    const sent = visitor.thread.send('anybody there?')
    await pause(stallMs)
    main.child.signal('SIGCONT')
    await expect(sent).resolves.toMatchObject({ text: 'anybody there?' })
    await when(visitor.thread.items, (items) => items.some((item) => 'delivery' in item && item.delivery === 'saved'), 'it was not saved')
    expect(states).toEqual([])
  } finally {
    await visitor.close()
  }
})

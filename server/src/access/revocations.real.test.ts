import { newId } from '@usher-chat/sdk/protocol'
import { expect, test } from 'vitest'
import { openTestApp } from '../../test/open-test-app.ts'
import { waitFor } from '../../test/wait-for.ts'
import { silentLog } from '../log.ts'
import { createRevocations } from './revocations.ts'

test('[S14] a revocation reaches every server, outlives them, and spares what is issued later', async () => {
  await using app = await openTestApp()
  const now = () => app.clock.now
  const here = app.deps.revocations
  const there = createRevocations({ db: app.db, bus: app.bus, log: silentLog, now })
  const visitor = newId()
  await here.revoke(visitor)
  await waitFor('the other server to hear of it', () => there.isRevoked(visitor, now()))

  const started = createRevocations({ db: app.db, bus: app.bus, log: silentLog, now })
  await started.refresh()
  for (const server of [here, there, started]) {
    expect(server.isRevoked(visitor, now())).toBe(true)
    expect(server.isRevoked(visitor, server.notBefore(visitor))).toBe(false)
    expect(server.isRevoked(newId(), 0)).toBe(false)
  }
  there.stop()
  started.stop()
})

test('[P6] an older revocation never takes a newer one back', async () => {
  await using app = await openTestApp()
  const { revocations } = app.deps
  const agent = newId()
  app.clock.now += 60_000
  await revocations.revoke(agent)
  const latest = revocations.notBefore(agent)
  app.clock.now -= 60_000
  await revocations.revoke(agent)
  expect(revocations.notBefore(agent)).toBe(latest)
  const [row] = await app.db.query<{ notBefore: Date }>('select not_before as "notBefore" from revocations where id = $1', [agent])
  expect(row?.notBefore.getTime()).toBe(latest)
})

test('what was missed on the bus is read from the table', async () => {
  await using app = await openTestApp()
  const agent = newId()
  const heard: string[] = []
  app.deps.revocations.onRevoked(({ id }) => heard.push(id))
  await app.db.query('insert into revocations (id, not_before) values ($1, $2)', [agent, new Date(app.clock.now + 1_000)])
  expect(app.deps.revocations.isRevoked(agent, app.clock.now)).toBe(false)
  await app.deps.revocations.refresh()
  expect(app.deps.revocations.isRevoked(agent, app.clock.now)).toBe(true)
  expect(heard).toEqual([agent])
})

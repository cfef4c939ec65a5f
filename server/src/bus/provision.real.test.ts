import { newId } from '@usher-chat/sdk/protocol'
import { connect, type JetStreamManager, jwtAuthenticator } from 'nats'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { visitorSays } from '../../test/seed-site.ts'
import { startNats, type TestNats } from '../../test/start-stack.ts'
import { provisionerInbox, streamName } from '../access/permissions.ts'
import { provision } from './provision.ts'

let nats: TestNats
let jsm: JetStreamManager
let close: () => Promise<void>

beforeEach(async () => {
  nats = await startNats()
  const { jwt, seed } = nats.operator.provisioner
  const nc = await connect({
    servers: nats.url,
    authenticator: jwtAuthenticator(jwt, new TextEncoder().encode(seed)),
    inboxPrefix: provisionerInbox,
  })
  jsm = await nc.jetstreamManager({ checkAPI: false })
  close = () => nc.close()
})
afterEach(async () => {
  await close()
  await nats.stop()
})

const provisionAgain = () => provision({ url: nats.url, creds: nats.operator.provisioner, replicas: 1 })

test('[P3] history reads every subject of the stream, the router what visitors write', async () => {
  await visitorSays(nats, newId(), newId(), 'hello')
  const { config, num_pending } = await jsm.consumers.info(streamName, 'history')
  expect(config.filter_subject).toBeUndefined()
  expect(num_pending).toBe(1)
  expect((await jsm.consumers.info(streamName, 'router')).config.filter_subject).toBe('chat.*.*.visitor')
})

test('[P3] a consumer of an earlier release is brought up to date, and goes on where it was', async () => {
  await visitorSays(nats, newId(), newId(), 'hello')
  await jsm.consumers.update(streamName, 'history', { filter_subject: 'chat.>', ack_wait: 60e9 })
  const bus = await nats.bus()
  let read = 0
  const consumption = bus.consume('history', {
    maxBatch: 1,
    maxWaitMs: 1,
    onBatch: async ([message]) => {
      read += 1
      message?.ack()
    },
  })
  await expect.poll(async () => (await jsm.consumers.info(streamName, 'history')).ack_floor.stream_seq).toBe(1)
  await consumption.stop()
  await visitorSays(nats, newId(), newId(), 'once more')
  await provisionAgain()
  const { config, num_pending } = await jsm.consumers.info(streamName, 'history')
  expect(config).toMatchObject({ ack_wait: 6e9 })
  expect(config.filter_subject).toBeUndefined()
  expect({ read, num_pending }).toEqual({ read: 1, num_pending: 1 })
})

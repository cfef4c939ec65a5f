import fc from 'fast-check'
import { expect, it } from 'vitest'
import { settle } from '../test/fake-clock.ts'
import { identityOf, people, visitor } from '../test/memory-server.ts'
import { createVisitor, createWorld, drawn, type World } from '../test/start-visitor.ts'
import { newMessageId } from './protocol/ids.ts'
import type { VisitorSide } from './visitor-client.ts'

/** What may happen between two moments, in any order and number. */
const steps = {
  send: 3,
  agentSays: 2,
  commit: 3,
  pass: 3,
  loseLive: 1,
  loseAck: 1,
  loseSaved: 1,
  refuse: 1,
  disconnect: 2,
  cutPower: 1,
  brokerDown: 1,
  httpDown: 1,
  postgresDown: 1,
  heal: 3,
  crash: 1,
  identify: 2,
} as const
type Step = keyof typeof steps

interface Scene {
  world: World
  client: VisitorSide
  said: string[]
  /** What each page of the site says from now on. */
  identity?: () => string
}

function heal({ world: { server } }: Scene): void {
  Object.assign(server.faults, {
    isBrokerDown: false,
    isHttpDown: false,
    isPostgresDown: false,
    isAckLost: false,
    isSavedLost: false,
    refuse: undefined,
    dropLive: () => false,
  })
}

const act: Record<Step, (scene: Scene) => void | Promise<void>> = {
  send({ client, said }) {
    const text = `v${said.length}`
    said.push(text)
    client.thread.send(text).catch(() => {})
  },
  agentSays: ({ world, said }) => void world.server.say('agent', `a${said.length}`, newMessageId()),
  commit: ({ world }) => world.server.commit(),
  pass: ({ world }) => world.clock.advance(1_500),
  loseLive({ world }) {
    world.server.faults.dropLive = () => true
  },
  loseAck({ world }) {
    world.server.faults.isAckLost = true
  },
  loseSaved({ world }) {
    world.server.faults.isSavedLost = true
  },
  refuse({ world }) {
    world.server.faults.refuse = { code: 429, err_code: 'rate_limited', description: 'unable to send; too fast', retryAfterMs: 700 }
  },
  disconnect: ({ world }) => world.server.disconnect(),
  // A broker does not come back within the time of a first retry.
  async cutPower({ world: { server, clock } }) {
    const { isBrokerDown } = server.faults
    server.faults.isBrokerDown = true
    server.cutPower()
    await clock.advance(600)
    server.faults.isBrokerDown = isBrokerDown
  },
  brokerDown({ world }) {
    world.server.faults.isBrokerDown = true
    world.server.disconnect()
  },
  httpDown({ world }) {
    world.server.faults.isHttpDown = true
  },
  postgresDown({ world }) {
    world.server.faults.isPostgresDown = true
  },
  heal,
  // A page that is gone without a word; the next one takes its outbox over.
  async crash(scene) {
    await settle()
    await scene.client.close()
    // No page loads within the time in which a message is written.
    await scene.world.clock.advance(100)
    scene.client = createVisitor(scene.world, scene.identity && { identity: scene.identity })
    scene.client.connect()
  },
  // The page says it while all goes on.
  identify(scene) {
    scene.identity = () => identityOf('mary')
    scene.client.identify(scene.identity).catch(() => {})
  },
}

const oneOf = (names: readonly Step[]) => fc.oneof(...names.map((step) => ({ weight: steps[step], arbitrary: fc.constant(step) })))
const anySteps = Object.keys(steps) as Step[]
const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 60) }

/** Plays a story in a world of its own, then heals all and waits until nothing is under way. */
async function play(story: readonly Step[]): Promise<Scene> {
  const world = createWorld()
  const scene: Scene = { world, client: createVisitor(world), said: [] }
  scene.client.connect()
  await settle()
  for (const step of story) await act[step](scene)
  heal(scene)
  // Every wait of the client, however often it was doubled, is over after this.
  for (let i = 0; i < 40; i++) {
    await world.clock.advance(10_000)
    world.server.commit()
  }
  // Where live message and notice were both lost, the next reconnect tells.
  world.server.disconnect()
  await world.clock.advance(20_000)
  return scene
}

/** The visitor's own texts in a thread, as Postgres has them. */
const textsOf = ({ world }: Scene, of: string) =>
  world.server.page({}, of).messages.flatMap(({ author, body }) => ('text' in body && author.role === 'visitor' ? [body.text] : []))

it('[P2] [P3] [P4] whatever is lost, refused, cut or crashed: each message is saved once, in the order it was written', async () => {
  const steps = oneOf(anySteps.filter((step) => step !== 'identify'))
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 40, size: 'max' }), async (story) => {
      const scene = await play(story)
      const { client, world } = scene
      expect(textsOf(scene, visitor)).toEqual(scene.said)
      expect(client.thread.items.getSnapshot().map((item) => item.id)).toEqual(
        world.server.page({ limit: 50 }).messages.map(({ id }) => id),
      )
      expect(drawn(client.thread.items.getSnapshot()).filter((line) => line.startsWith('mine'))).toEqual(
        scene.said.map((text) => `mine: ${text} (saved)`),
      )
      expect(await world.parts.outbox.load(visitor)).toEqual([])
      await client.close()
    }),
    runs,
  )
}, 120_000)

it('[P2] [P3] [P4] so it is when the site says who the visitor is: each is saved, in each thread once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(oneOf(anySteps), { maxLength: 40, size: 'max' }), async (story) => {
      const scene = await play(story)
      const { client, world, said } = scene
      const threads = [textsOf(scene, visitor), textsOf(scene, people.mary!)]
      for (const thread of threads) expect(thread).toEqual(said.filter((text) => thread.includes(text)))
      expect(said.filter((text) => !threads.flat().includes(text))).toEqual([])
      const visitorNow = client.session.getSnapshot()?.visitor.id
      expect(client.thread.items.getSnapshot().map((item) => item.id)).toEqual(
        world.server.page({ limit: 50 }, visitorNow).messages.map(({ id }) => id),
      )
      for (const of of [visitor, people.mary!]) expect(await world.parts.outbox.load(of)).toEqual([])
      await client.close()
    }),
    runs,
  )
}, 120_000)

import type { VisitorClient } from '@usher-chat/sdk'
import { createVisitor, type Demo, startAgents } from '../replay/cast.ts'
import { when } from '../replay/wait.ts'
import type { Lane } from './lane.ts'

/** The whole way: SDK → edge → stream → SDK of an agent, with history, router and presence at work beside it. */
export async function openUsherLane({ demo, senders }: { demo: Demo; senders: number }): Promise<Lane> {
  // One other screen, as the floor has one.
  const agents = await startAgents(demo, 1)
  const visitors = await Promise.all(Array.from({ length: senders }, () => open(demo)))
  const listeners = new Set<(text: string) => void>()
  const screen = agents[0]
  if (screen === undefined) throw new Error('unable to measure; the demo has no agents')
  const off = screen.on('message.received', ({ message }) => {
    for (const listener of listeners) listener(message.text)
  })
  await when(screen.connection, ({ state }) => state === 'connected', 'the agent never connected')
  return {
    name: 'Usher',
    senders,
    async send(sender, text) {
      await (visitors[sender] as VisitorClient).thread.send(text)
    },
    onText(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      off()
      await Promise.all(visitors.map((visitor) => visitor.close()))
      await Promise.all(agents.map((agent) => agent.setPresence('offline').finally(() => agent.close())))
    },
  }
}

async function open(demo: Demo): Promise<VisitorClient> {
  const visitor = createVisitor(demo)
  await visitor.start()
  visitor.connect()
  await when(visitor.connection, ({ state }) => state === 'connected', 'a visitor never connected')
  return visitor
}

import { join } from 'node:path'
import { freePort } from '../../src/embedded/free-port.ts'
import { readMark } from '../../src/embedded/process-mark.ts'
import { type BenchStack, startBenchStack } from '../bench-stack.ts'
import { benchUser, ensureFloorStream } from '../floor-lane.ts'
import { createStaff } from './create-staff.ts'
import { createExtraServers } from './extra-servers.ts'
import type { Side } from './side.ts'

export const usherNames = { usher: 'Usher', floor: 'JetStream alone' } as const

/** A server holds two files a visitor, the socket and its line to nats-server; this leaves room under a limit of 20,000. */
const visitorsPerServer = 9_000

/** Usher as `npm start` runs it, and the broker of the same installation as the floor below it. */
export interface UsherSides {
  usher: Side
  floor: Side
  stack: BenchStack
}

export async function startUsherSides(): Promise<UsherSides> {
  const inspectPort = await freePort()
  const stack = await startBenchStack({ env: { NODE_OPTIONS: `--inspect-port=${inspectPort}` } })
  const pids = (name: string): number[] => [readMark(join(stack.home, 'run', `${name}.json`))].filter((pid) => pid !== undefined)
  const urls = [stack.demo.url]
  const extra = createExtraServers(stack)
  const staff = createStaff(stack, urls)
  await ensureFloorStream(stack)
  const kill = async (name: string): Promise<void> => {
    for (const pid of pids(name)) process.kill(pid, 'SIGKILL')
  }
  const usher: Side = {
    name: usherNames.usher,
    target: { kind: 'usher', urls, sites: staff.sites },
    processes: () => ({ server: [...pids('server'), ...extra.pids()], 'nats-server': pids('nats-server'), postgres: pids('postgres') }),
    killServer: () => kill('server'),
    inspectPort,
    databaseUrl: stack.databaseUrl,
    async makeRoom(visitors) {
      while (urls.length * visitorsPerServer < visitors) urls.push(await extra.add())
    },
    makeStaff: staff.grow,
    async stop() {
      await extra.stop()
      await stack.stop()
    },
  }
  const floor: Side = {
    name: usherNames.floor,
    target: { kind: 'floor', port: Number(new URL(stack.natsUrl).port), jwt: benchUser(stack.operator, true).jwt },
    processes: () => ({ 'nats-server': pids('nats-server') }),
    killServer: () => kill('nats-server'),
    inspectPort: undefined,
    databaseUrl: stack.databaseUrl,
    stop: async () => {},
  }
  return { usher, floor, stack }
}

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startBenchStack } from './bench-stack.ts'
import { type Load, startLoad } from './load/start-load.ts'
import type { Keeper } from './machine/keeper.ts'
import { openFilesLimit } from './machine/open-files-limit.ts'
import { measureGrowth } from './measures/growth.ts'
import { measureHistory } from './measures/history.ts'
import { measureIdle } from './measures/idle.ts'
import { measureLatencies } from './measures/latency.ts'
import { measureSdkFloor } from './measures/sdk-floor.ts'
import { measureStorm } from './measures/storm.ts'
import { measureThroughputs } from './measures/throughput.ts'
import { measureWidget } from './measures/widget.ts'
import type { Part } from './report/figures.ts'
import type { Results } from './report/write-report.ts'
import type { Side } from './sides/side.ts'
import { peerNames, startPeer } from './sides/start-peer.ts'
import { startUsherSides, type UsherSides, usherNames } from './sides/start-usher.ts'

/** History comes late: Postgres vacuums what it leaves behind, at everybody's expense. */
export const partNames = ['latency', 'throughput', 'floor', 'growth', 'storm', 'widget', 'history', 'idle'] as const
export type PartName = (typeof partNames)[number]

export interface RunOptions {
  rounds: number
  seconds: number
  /** Rows at which pages are read. */
  sizes: readonly number[]
  idle: readonly number[]
  storm: number
  /** Where profiles are kept; undefined: none are made. */
  profileFolder: string | undefined
  file: string
  lines: readonly string[]
  log: (line: string) => void
}

/** Everything that stays up from part to part. */
interface Stage extends UsherSides {
  load: Load
  keeper: Keeper
  socketIo: Side
  listenNotify: Side
}

const names = { ...usherNames, peer: peerNames['socket-io'] }

/** Runs the parts one after the other; the keeper gets whatever is started. A part that breaks off is told, and the next one goes on. */
export async function runParts(only: readonly PartName[], options: RunOptions, keeper: Keeper): Promise<Results> {
  const stage = await startStage(options.file, keeper)
  const parts: Part[] = []
  const failures: Results['failures'][number][] = []
  for (const part of only) {
    options.log(`${part} …`)
    const log = (line: string) => options.log(`${part}: ${line}`)
    try {
      parts.push(await measures[part](stage, { ...options, log }))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      failures.push({ part, reason })
      log(reason)
    }
  }
  return { parts, failures }
}

async function startStage(file: string, keeper: Keeper): Promise<Stage> {
  const load = keeper.keep(await startLoad({ file }))
  const sides = await startUsherSides()
  keeper.keep(sides.usher)
  const socketIo = keeper.keep(await startPeer('socket-io'))
  const listenNotify = keeper.keep(await startPeer('listen-notify'))
  return { ...sides, load, socketIo, listenNotify, keeper }
}

const allSides = ({ usher, floor, socketIo, listenNotify }: Stage): Side[] => [usher, floor, socketIo, listenNotify]

/** Files a process needs besides its sockets: logs, databases, what it listens on. */
const otherFiles = 500

const measures: Record<PartName, (stage: Stage, options: RunOptions) => Promise<Part>> = {
  latency: (stage, { rounds, seconds, log }) => measureLatencies({ sides: allSides(stage), load: stage.load, rounds, seconds, names, log }),
  throughput: (stage, { rounds, profileFolder, log }) =>
    measureThroughputs({
      sides: allSides(stage),
      load: stage.load,
      rounds,
      names,
      log,
      ...(profileFolder && { keepProfile: profileKeeper(profileFolder) }),
    }),
  floor: async ({ stack, keeper }, { rounds, lines, log }) => {
    const chain = keeper.keep(await startBenchStack({ env: { USHER_ROLES: 'http,edge' } }))
    return measureSdkFloor({ chain, whole: stack, rounds, lines, log }).finally(chain.stop)
  },
  growth: ({ usher, socketIo, load }, { rounds, log }) => measureGrowth({ sides: [usher, socketIo], load, rounds, log }),
  history: ({ stack }, { rounds, lines, sizes, log }) => measureHistory({ stack, rounds, lines, sizes, log }),
  widget: ({ stack }, { rounds, log }) => measureWidget({ demo: stack.demo, rounds, log }),
  storm: ({ usher, socketIo, load }, { storm, log }) => measureStorm({ sides: [usher, socketIo], load, visitors: storm, log }),
  idle: ({ load, keeper }, { idle, log }) =>
    measureIdle({
      start: [
        { name: names.usher, side: async () => keeper.keep((await startUsherSides()).usher) },
        { name: names.peer, side: async () => keeper.keep(await startPeer('socket-io')) },
      ],
      load,
      sizes: [...new Set(idle.map((size) => Math.min(size, openFilesLimit() - otherFiles)))],
      most: openFilesLimit(),
      names,
      log,
    }),
}

const projectUrl = pathToFileURL(join(import.meta.dirname, '../../')).href

const profileKeeper = (folder: string) => async (name: string, profile: object) => {
  await mkdir(folder, { recursive: true })
  // Paths as they are in the project: a profile is kept and read elsewhere.
  await writeFile(join(folder, `${name}.cpuprofile`), JSON.stringify(profile).replaceAll(projectUrl, ''))
}

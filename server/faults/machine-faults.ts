import { existsSync, readdirSync } from 'node:fs'
import { run } from '../src/embedded/run.ts'
import { whyNoDisks } from '../test/power-disk.ts'
import type { Fault, Stage } from './fault.ts'
import type { Random } from './random.ts'

/** What a machine does to those who trust it. */
export const machineFaults: readonly Fault[] = [
  {
    id: 'F2',
    title: 'the power of the broker’s machine is cut',
    part: 'broker',
    lasts: [500, 3_000],
    needsDisks: true,
    cannot: whyNoDisks,
    inject: async ({ cluster, onLoss }) => {
      onLoss()
      await cluster.nats.cutPower()
      return async () => {
        await cluster.nats.restart()
        await cluster.nats.provision()
      }
    },
  },
  {
    id: 'F3',
    title: 'the power of Postgres’ machine is cut',
    part: 'database',
    lasts: [500, 5_000],
    needsDisks: true,
    cannot: whyNoDisks,
    inject: async ({ cluster }) => {
      await cluster.postgres.cutPower()
      return () => cluster.postgres.restart()
    },
  },
  {
    id: 'F15',
    title: 'the broker’s disk is full',
    part: 'broker',
    lasts: [2_000, 6_000],
    needsDisks: true,
    cannot: whyNoDisks,
    inject: fillDisk,
  },
  {
    id: 'F58',
    title: 'a server may open no more files',
    part: 'server',
    lasts: [3_000, 8_000],
    cannot: () => (existsSync(prlimit) ? undefined : 'prlimit is not installed'),
    inject: takeFileHandles,
  },
]

const prlimit = '/usr/bin/prlimit'

/** Room alone does not heal nats-server: whoever watches over it starts it again. */
async function fillDisk({ cluster: { nats, natsDisk } }: Stage): Promise<() => Promise<void>> {
  const empty = await natsDisk?.fill()
  return async () => {
    await empty?.()
    await nats.kill9()
    await nats.restart()
  }
}

/** The server keeps what it has open, and gets nothing on top. */
async function takeFileHandles({ cluster }: Stage, luck: Random): Promise<() => Promise<void>> {
  const pid = luck.pick(cluster.servers).pid()
  if (pid === undefined) return async () => {}
  const limit = (handles: string) => run(prlimit, ['--pid', String(pid), `--nofile=${handles}`])
  const usual = (await run(prlimit, ['--pid', String(pid), '--nofile', '--output', 'SOFT', '--noheadings', '--raw'])).trim()
  await limit(`${readdirSync(`/proc/${pid}/fd`).length}:`)
  return async () => {
    // Another fault may have ended the process meanwhile: its next one has its own limit.
    await limit(`${usual}:`).catch(() => {})
  }
}

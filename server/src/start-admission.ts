import { setTimeout as sleep } from 'node:timers/promises'
import { type AdmissionEffect, type AdmissionEvent, admit, initialAdmission } from './admission.ts'
import type { Bus } from './bus/bus.ts'
import type { Db } from './db/connect-db.ts'
import { settleEpoch } from './db/stream-lives.ts'
import type { Log } from './log.ts'
import { pauseAfter } from './start-loop.ts'

export interface AdmissionOptions {
  bus: Pick<Bus, 'status' | 'onStatus' | 'streamInfo'>
  db: Db
  log: Log
  /** Opens and shuts the edge's door. */
  door: (open: boolean) => void
  random?: () => number
}

export interface RunningAdmission {
  /** The epoch settled last; undefined before the first. */
  epoch(): number | undefined
  /** The epoch while it is certain; undefined while it is being settled or NATS is away. */
  certainEpoch(): number | undefined
  /** The connection to NATS, by number, while its epoch is certain: of another one the stream may be another, too. */
  connection(): number | undefined
  /** The epoch once it is certain. Rejects when the server stops before. */
  settled(): Promise<number>
  isOpen(): boolean
  stop(): void
}

/** Settles the epoch now and after every reconnect, and moves the edge's door accordingly. */
export function startAdmission({ bus, db, log, door, random = Math.random }: AdmissionOptions): RunningAdmission {
  const stopping = new AbortController()
  let state = initialAdmission
  const waiting = new Set<{ resolve: (epoch: number) => void; reject: (error: Error) => void }>()

  function happen(event: AdmissionEvent): void {
    const next = admit(state, event)
    state = next.state
    for (const effect of next.effects) act(effect)
  }

  function act(effect: AdmissionEffect): void {
    if (effect.type === 'settle') {
      void settleInTheEnd(effect.turn)
      return
    }
    if (effect.type === 'open') {
      log.info({ epoch: effect.epoch }, 'the epoch is settled; clients are let in')
      for (const { resolve } of waiting) resolve(effect.epoch)
      waiting.clear()
    }
    door(effect.type === 'open')
  }

  async function settleInTheEnd(turn: number): Promise<void> {
    for (let failures = 1; !stopping.signal.aborted && state.turn === turn; failures++) {
      try {
        return happen({ type: 'settled', turn, epoch: await settleEpoch({ db, readStream: () => bus.streamInfo() }) })
      } catch (error) {
        log.warn({ reason: String(error), failures }, 'unable to settle the epoch; trying again')
        await sleep(pauseAfter(failures, random()), undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  const certainEpoch = () => (state.phase === 'open' ? state.epoch : undefined)
  const off = bus.onStatus((status) => happen({ type: status }))
  if (bus.status === 'connected') happen({ type: 'connected' })

  return {
    epoch: () => state.epoch,
    certainEpoch,
    connection: () => (state.phase === 'open' ? state.turn : undefined),
    settled: () => {
      const epoch = certainEpoch()
      return epoch === undefined ? new Promise((resolve, reject) => waiting.add({ resolve, reject })) : Promise.resolve(epoch)
    },
    isOpen: () => state.phase === 'open',
    stop() {
      stopping.abort()
      off()
      for (const { reject } of waiting) reject(new Error('unable to settle the epoch; the server stops'))
      waiting.clear()
    },
  }
}

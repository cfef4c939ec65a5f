import { forkProgram } from '../machine/fork-program.ts'
import type { Orders, OrderType, Reply } from './orders.ts'

/** The load generator: a process of its own, so that what it costs is not mixed with what is measured. */
export interface Load {
  readonly pid: number
  /** Rejects with the generator's own words when it fails. */
  run<Type extends OrderType>(type: Type, ask: Orders[Type]['ask']): Promise<Orders[Type]['answer']>
  stop(): Promise<void>
}

/** Starts a generator that says the lines of these dialogues. */
export async function startLoad(options: { file: string }): Promise<Load> {
  const program = await forkProgram({ entry: 'load/main.ts', name: 'load', args: [options.file] })
  return {
    pid: program.pid,
    async run(type, ask) {
      const reply = (await program.ask({ type, ask })) as Reply
      if ('error' in reply) throw new Error(reply.error)
      return reply.answer
    },
    stop: program.stop,
  }
}

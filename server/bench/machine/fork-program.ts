import { type ChildProcess, fork, type Serializable } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'

/** A program of the bench in a process of its own. */
export interface Program {
  readonly pid: number
  /** Sends a message and gives the next one that comes back. Rejects when the process ends first. */
  ask(message: Serializable): Promise<unknown>
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<void>
  stop(): Promise<void>
}

const bench = join(import.meta.dirname, '..')
const out = join(bench, '..', 'dist', 'bench')

/** Bundles a program, as the server is: no side pays for a loader that the other does not have. */
async function bundle(entry: string, name: string): Promise<string> {
  const outfile = join(out, `${name}.js`)
  await build({
    entryPoints: [join(bench, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    packages: 'external',
    alias: { '@usher-chat/sdk/protocol': join(bench, '../../sdk/src/protocol/index.ts') },
    logLevel: 'warning',
  })
  return outfile
}

/** Starts it. Its messages are answers: one for each that was sent. */
export async function forkProgram(options: {
  entry: string
  name: string
  args?: readonly string[]
  execArgv?: readonly string[]
}): Promise<Program> {
  const child = fork(await bundle(options.entry, options.name), options.args ?? [], {
    execArgv: ['--enable-source-maps', ...(options.execArgv ?? [])],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    pid: child.pid ?? 0,
    ask: (message) => ask(child, options.name, message),
    kill: (signal) => void child.kill(signal),
    ended,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function ask(child: ChildProcess, name: string, message: Serializable): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`unable to go on; ${name} has ended`))
    child.once('exit', onExit)
    child.once('message', (answer) => {
      child.off('exit', onExit)
      resolve(answer)
    })
    child.send(message, (error) => error && reject(error))
  })
}

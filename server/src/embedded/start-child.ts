import { type ChildProcess, spawn } from 'node:child_process'

/** A program to run, and how to end it. */
export interface Command {
  /** What it is called in texts: `Postgres`. */
  name: string
  command: string
  args: readonly string[]
  cwd?: string | undefined
  env?: NodeJS.ProcessEnv | undefined
  uid?: number | undefined
  gid?: number | undefined
  /** What asks it to end; Postgres ends at once only on SIGINT. */
  stopSignal?: NodeJS.Signals | undefined
}

/** A running program. */
export interface Child {
  readonly pid: number
  /** How it ended: `exit code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>
  isRunning(): boolean
  signal(name: NodeJS.Signals): void
  /** Asks it to end, kills it if it has not after `graceMs`, and waits until it is gone. */
  stop(graceMs?: number): Promise<void>
  /** The last lines it printed. */
  lastWords(): string
}

const wordsKept = 12

/** Starts a program. Throws when it can't be started at all. */
export async function startChild(command: Command, onLine: (line: string) => void = () => {}): Promise<Child> {
  const { name, args, cwd, env, uid, gid, stopSignal = 'SIGTERM' } = command
  // A process group of its own: Ctrl-C reaches only us, and we end the children in the right order.
  const child = spawn(command.command, args, { cwd, env, uid, gid, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const words: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    eachLine(stream, (line) => {
      words.push(line)
      if (words.length > wordsKept) words.shift()
      onLine(line)
    })
  }
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`))
  })
  const pid = await started(child, name)
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  const signal = (which: NodeJS.Signals): void => {
    if (isRunning()) child.kill(which)
  }
  const stop = async (graceMs = 10_000): Promise<void> => {
    signal(stopSignal)
    const impatient = setTimeout(() => signal('SIGKILL'), graceMs)
    await ended
    clearTimeout(impatient)
  }
  return { pid, ended, isRunning, signal, stop, lastWords: () => words.join('\n') }
}

function started(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`unable to start ${name}; ${cause.message}`, { cause })))
    child.once('spawn', () => resolve(child.pid ?? 0))
  })
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(onLine)
  })
}

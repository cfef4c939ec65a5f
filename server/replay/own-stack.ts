import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../src/embedded/free-port.ts'
import type { Demo } from './cast.ts'

export interface OwnStack {
  demo: Demo
  /** The folder the stack keeps everything in. */
  home: string
  stop(): Promise<void>
}

export interface OwnStackOptions {
  /** Keep what it writes in this folder; default a temporary one, removed at the end. */
  home?: string
  env?: Record<string, string>
}

/** `npm start` on a free port with a folder of its own; resolves when it is ready. */
export async function startOwnStack({ home, env = {} }: OwnStackOptions = {}): Promise<OwnStack> {
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'usher-stack-')))
  const port = await freePort()
  const child = spawn(process.execPath, [join(import.meta.dirname, '../bin/start.mjs')], {
    env: { ...process.env, USHER_LOG: 'warn', ...env, PORT: String(port), USHER_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const lines: string[] = []
  await new Promise<void>((ready, fail) => {
    const read = (line: string) => {
      lines.push(line)
      if (line.includes('Usher is ready')) ready()
    }
    createInterface({ input: child.stdout }).on('line', read)
    createInterface({ input: child.stderr }).on('line', read)
    child.once('exit', (code) => fail(new Error(`unable to start a stack; it ended with ${code}\n${lines.slice(-20).join('\n')}`)))
  })
  return {
    demo: JSON.parse(await readFile(join(folder, 'demo.json'), 'utf8')) as Demo,
    home: folder,
    async stop() {
      child.kill('SIGINT')
      await ended
      if (home === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

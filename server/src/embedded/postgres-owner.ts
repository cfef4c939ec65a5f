import { spawn } from 'node:child_process'
import { chownSync, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { run } from './run.ts'

/** As whom Postgres runs: it refuses to be root. */
export interface Owner {
  /** A program and its arguments, as this owner runs them. */
  command(program: string, args: readonly string[]): { command: string; args: readonly string[]; uid?: number; gid?: number }
  /** Makes a file or folder theirs. */
  give(path: string): void
  /** Runs a program to its end, with `input` as its standard input. */
  run(program: string, args: readonly string[], input?: string): Promise<void>
}

const setpriv = '/usr/bin/setpriv'

/**
 * Ourselves, unless we are root: then the system's user `postgres`, made when there is none. Where that user may not enter
 * the folders (a clone in `/root`), it runs with the one right to enter them.
 */
export async function ownerOf(folders: readonly string[]): Promise<Owner> {
  if (process.getuid?.() !== 0)
    return owner(
      (program, args) => ({ command: program, args }),
      () => {},
    )
  const [uid, gid] = await systemUser()
  const give = (path: string): void => chownSync(path, uid, gid)
  if (folders.every(isOpenToAll)) return owner((program, args) => ({ command: program, args, uid, gid }), give)
  if (!existsSync(setpriv)) {
    throw new Error(
      `unable to start Postgres; as root it runs as the user postgres, who may not enter ${folders.find((folder) => !isOpenToAll(folder))}`,
    )
  }
  const as = ['--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups', '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--']
  return owner((program, args) => ({ command: setpriv, args: [...as, program, ...args] }), give)
}

function owner(command: Owner['command'], give: Owner['give']): Owner {
  return { command, give, run: (program, args, input = '') => runAs(command(program, args), input) }
}

async function systemUser(): Promise<[number, number]> {
  const ask = async (): Promise<[number, number]> => [
    Number(await run('id', ['-u', 'postgres'])),
    Number(await run('id', ['-g', 'postgres'])),
  ]
  try {
    return await ask()
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'])
    return ask()
  }
}

/** May everybody enter this folder, and all folders above it? */
function isOpenToAll(folder: string): boolean {
  const parent = dirname(folder)
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || isOpenToAll(parent))
}

function runAs(program: ReturnType<Owner['command']>, input: string): Promise<void> {
  const { command, args, uid, gid } = program
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { uid, gid, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } })
    let words = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (words = `${words}${text}`.slice(-2_000)))
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`unable to run ${args.find((arg) => arg.startsWith('/')) ?? command}; ${words.trim()}`))
    })
    child.stdin.end(input)
  })
}

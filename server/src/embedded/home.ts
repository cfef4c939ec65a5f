import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import * as v from 'valibot'
import { generateKeys, type Keys, loadKeyFiles, type OperatorFile, readKeys, renewKeys } from '../access/keys.ts'
import { freePort } from './free-port.ts'

/** Where everything of one installation stands. */
export type Home = Readonly<{
  dir: string
  keys: string
  operator: string
  demo: string
  /** Settings that must stay the same from start to start: ports and the password of Postgres. */
  settings: string
  postgresData: string
  natsDir: string
  runDir: string
  logDir: string
}>

/** The paths inside a home. Makes the folder. */
export function openHome(path: string): Home {
  const dir = resolve(path)
  const natsDir = join(dir, 'nats')
  for (const folder of [dir, natsDir]) mkdirSync(folder, { recursive: true })
  const at = (name: string): string => join(dir, name)
  return {
    dir,
    keys: at('keys.json'),
    operator: at('operator.json'),
    demo: at('demo.json'),
    settings: at('settings.json'),
    postgresData: at('postgres'),
    natsDir,
    runDir: at('run'),
    logDir: at('log'),
  }
}

/** The project's folder: the nearest one above this file that holds the migrations. */
export function projectFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'migrations', '0001_core.sql'))) return folder
    if (folder === dirname(folder)) throw new Error(`unable to find the project's folder above ${import.meta.dirname}`)
  }
}

/**
 * The keys of this home: made at the first start, kept, and issued anew at each. `keys.json` is written last: where it stands,
 * both stand.
 */
export function ensureKeys(home: Home, now: number): { keys: Keys; operator: OperatorFile } {
  const { keys, operator } = existsSync(home.keys) ? renewKeys(loadKeyFiles(home), now) : generateKeys(now)
  writeSecret(home.operator, operator)
  writeSecret(home.keys, keys)
  return { keys: readKeys(keys), operator }
}

const settingsFile = v.object({ postgresPort: v.number(), postgresPassword: v.string(), natsPort: v.number() })

/** Ports of the embedded servers on loopback, and the password of Postgres. */
export type Settings = Readonly<v.InferOutput<typeof settingsFile>>

/** The settings of this home, made at the first start. A port that somebody else took meanwhile, or is to take, is replaced. */
export async function ensureSettings(home: Home, serverPort: number): Promise<Settings> {
  const held = existsSync(home.settings) ? v.parse(settingsFile, JSON.parse(readFileSync(home.settings, 'utf8'))) : undefined
  const postgresPort = await freePort({ wanted: held?.postgresPort, not: [serverPort] })
  const natsPort = await freePort({ wanted: held?.natsPort, not: [serverPort, postgresPort] })
  const settings = { postgresPort, natsPort, postgresPassword: held?.postgresPassword ?? randomBytes(24).toString('hex') }
  writeSecret(home.settings, settings)
  return settings
}

/** Writes a file only its owner may read, whole or not at all. */
export function writeSecret(path: string, value: unknown): void {
  const draft = `${path}.draft`
  writeFileSync(draft, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(draft, path)
}

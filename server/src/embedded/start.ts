import { join } from 'node:path'
import { provision } from '../bus/provision.ts'
import { readStartConfig, type StartConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { type Log, silentLog } from '../log.ts'
import { isPortFree } from './free-port.ts'
import { ensureKeys, ensureSettings, type Home, openHome, projectFolder } from './home.ts'
import { endMarked, readMark, removeMark, writeMark } from './process-mark.ts'
import { type Demo, seedDemo } from './seed-demo.ts'
import { type Part, startNatsServer } from './start-nats-server.ts'
import { startPostgres } from './start-postgres.ts'
import { startServer } from './start-server.ts'
import { summary } from './summary.ts'

/** What has been started, in order; stopped from the last to the first. */
type Stops = (() => Promise<void>)[]

/** Usher with everything it needs, in one command. Gives the way to stop all of it. */
export async function start(env: NodeJS.ProcessEnv, print: (line: string) => void): Promise<() => Promise<void>> {
  const config = readStartConfig(env)
  const home = openHome(config.USHER_HOME ?? join(projectFolder(), '.usher'))
  const log = printingLog(print)
  const stops: Stops = []
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    stops.push(takeHome(home))
    await endLeftovers(home, log)
    await checkPort(config)
    const [parts, demo] = await startParts({ config, home, env, log, stops })
    print(summary({ home, demo, parts }))
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts(options: {
  config: StartConfig
  home: Home
  env: NodeJS.ProcessEnv
  log: Log
  stops: Stops
}): Promise<[Part[], Demo]> {
  const { config, home, env, log, stops } = options
  const { keys, operator } = ensureKeys(home, Date.now())
  const settings = await ensureSettings(home, config.PORT)
  const started = async (part: Promise<Part>): Promise<Part> => {
    const { stop } = await part
    stops.push(stop)
    return part
  }
  const [postgres, nats] = await both(
    started(startPostgres({ home, config, settings, log })),
    started(startNatsServer({ home, config, settings, keys, operator, cacheDir: join(projectFolder(), '.usher', 'bin'), log })),
  )
  await Promise.all([
    migrate({ url: postgres.url, log: silentLog }),
    provision({ url: nats.url, creds: operator.provisioner, replicas: config.USHER_REPLICAS }),
  ])
  const url = config.USHER_URL ?? `http://${config.HOST}:${config.PORT}`
  const demo = await seedDemo({ databaseUrl: postgres.url, path: home.demo, url, log: silentLog })
  const server = await startServer({ home, config, env, databaseUrl: postgres.url, natsUrl: nats.url, log })
  stops.push(server.stop)
  return [[nats, postgres], demo]
}

/** Both, or the first failure once neither is under way any more: what has started by then can be stopped. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second])
  return Promise.all([first, second])
}

/** One start per home. */
function takeHome(home: Home): () => Promise<void> {
  const path = join(home.runDir, 'start.json')
  if (!writeMark(path, process.pid, true)) {
    const other = readMark(path)
    if (other !== undefined) throw new Error(`unable to start; Usher already runs from ${home.dir}, as process ${other}`)
    removeMark(path)
    return takeHome(home)
  }
  return async () => removeMark(path)
}

/** Ends what a killed start left running: clients first. */
async function endLeftovers(home: Home, log: Log): Promise<void> {
  for (const [name, stopSignal] of [
    ['server', 'SIGTERM'],
    ['nats-server', 'SIGTERM'],
    ['postgres', 'SIGINT'],
  ] as const) {
    if (await endMarked(join(home.runDir, `${name}.json`), stopSignal)) log.info({}, `ended the ${name} of an earlier start`)
  }
}

async function checkPort({ PORT }: StartConfig): Promise<void> {
  if (PORT !== 0 && (await isPortFree(PORT))) return
  throw new Error(
    PORT === 0 ? 'unable to start; PORT must name a port' : `unable to start; port ${PORT} is taken. Choose another: PORT=8081 npm start`,
  )
}

/** Sentences for people; the facts stand in the log files. */
function printingLog(print: (line: string) => void): Log {
  const say = (facts: object, sentence: string): void => print('reason' in facts ? `${sentence} (${facts.reason})` : sentence)
  return { debug: () => {}, info: say, warn: say, error: say }
}

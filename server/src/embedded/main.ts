import { start } from './start.ts'

/** The process behind `npm start`. */
async function main(): Promise<void> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  let stop: (() => Promise<void>) | undefined
  let asked = false
  const end = async (): Promise<void> => {
    asked = true
    const stopOnce = stop
    stop = undefined
    if (stopOnce === undefined) return
    print('\nstopping …')
    await stopOnce()
    process.exit(0)
  }
  // A closed pipe must not end this process: the parts it started would stay.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end())
  try {
    stop = await start(process.env, print)
    // Ctrl-C came while things were starting: only now there is something whole to stop.
    if (asked) await end()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exit(1)
  }
}

await main()

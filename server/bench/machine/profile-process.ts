import { WebSocket } from 'ws'

/** A CPU profile under way. */
export interface RunningProfile {
  /** Ends it and gives the profile as `.cpuprofile` files hold it. */
  stop(): Promise<object>
}

/** Time the inspector of a signalled process has to listen, ms. */
const patienceMs = 5_000

/**
 * Profiles a running Node process. SIGUSR1 makes it open its inspector on loopback, on the port of its `--inspect-port`, which must
 * be one that nobody else has.
 */
export async function startProfile({ pid, port }: { pid: number; port: number }): Promise<RunningProfile> {
  process.kill(pid, 'SIGUSR1')
  const ws = new WebSocket(await inspectorUrl(port))
  await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject))
  const ask = asker(ws)
  await ask('Profiler.enable')
  await ask('Profiler.setSamplingInterval', { interval: 500 })
  await ask('Profiler.start')
  return {
    async stop() {
      const { profile } = await ask('Profiler.stop')
      ws.close()
      return profile as object
    },
  }
}

async function inspectorUrl(port: number): Promise<string> {
  for (const end = Date.now() + patienceMs; ; ) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/json`)
      const [first] = (await response.json()) as { webSocketDebuggerUrl: string }[]
      if (first !== undefined) return first.webSocketDebuggerUrl
    } catch (cause) {
      if (Date.now() > end) throw new Error('unable to profile the process; its inspector does not answer', { cause })
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function asker(ws: WebSocket): (method: string, params?: object) => Promise<Record<string, unknown>> {
  let id = 0
  return (method, params = {}) => {
    const own = ++id
    return new Promise((resolve, reject) => {
      const hear = (data: Buffer): void => {
        const answer = JSON.parse(data.toString('utf8')) as { id?: number; result?: Record<string, unknown>; error?: { message: string } }
        if (answer.id !== own) return
        ws.off('message', hear)
        if (answer.error === undefined) resolve(answer.result ?? {})
        else reject(new Error(`unable to profile the process; ${answer.error.message}`))
      }
      ws.on('message', hear)
      ws.send(JSON.stringify({ id: own, method, params }))
    })
  }
}

/** What stands in the way of serving, part by part. */
export interface Readiness {
  ready: boolean
  checks: Record<string, Check>
}

export type Check = { ok: true } | { ok: false; reason: string }

/** Looks at one part: resolves when it is fine, throws the reason when it is not. */
export type Probe = () => Promise<void>

/** A part that says nothing for so long is not fine, ms. */
const patienceMs = 2_000

/** Looks at all parts at once. */
export async function readReadiness(probes: Readonly<Record<string, Probe>>): Promise<Readiness> {
  const entries = await Promise.all(Object.entries(probes).map(async ([name, probe]) => [name, await look(probe)] as const))
  return { ready: entries.every(([, check]) => check.ok), checks: Object.fromEntries(entries) }
}

async function look(probe: Probe): Promise<Check> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${patienceMs} ms`)), patienceMs)
  })
  try {
    await Promise.race([probe(), silence])
    return { ok: true }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}

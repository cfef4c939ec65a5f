import { execFile } from 'node:child_process'

/** Runs a program to its end and gives what it printed. Throws with its own last words when it fails or takes too long. */
export function run(command: string, args: readonly string[], options: { cwd?: string; timeoutMs?: number } = {}): Promise<string> {
  const { cwd, timeoutMs = 60_000 } = options
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const words = stderr.trim().split('\n').at(-1) || error?.message
      if (error === null) resolve(stdout)
      else reject(new Error(`unable to run ${command}; ${words}`, { cause: error }))
    })
  })
}

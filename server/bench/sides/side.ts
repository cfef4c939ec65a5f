import type { Target } from '../load/target.ts'

/** One of those that are compared, running. */
export interface Side {
  readonly name: string
  readonly target: Target
  /** The Postgres of its installation. */
  readonly databaseUrl: string
  /** The processes that make it, by what they are; read anew, for a server may have been started again. */
  processes(): Record<string, number[]>
  /** Kills the server with SIGKILL; it is started again at once, as a supervisor would. */
  killServer(): Promise<void>
  /** The server's inspector listens here once it gets SIGUSR1; the floor has no server. */
  readonly inspectPort: number | undefined
  /** Makes sure that so many visitors fit, by starting more servers where one process may not hold so many files. */
  makeRoom?(visitors: number): Promise<void>
  /** Makes sure that there are so many sites, and so many agents in the first of them; the others have one. Peers need no such thing. */
  makeStaff?(staff: { sites: number; agents: number }): Promise<void>
  stop(): Promise<void>
}

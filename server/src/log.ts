import { pino } from 'pino'

export interface Log {
  debug(facts: object, sentence: string): void
  info(facts: object, sentence: string): void
  warn(facts: object, sentence: string): void
  error(facts: object, sentence: string): void
}

/** JSON lines on stdout. Never pass message texts or tokens; what slips through under these names is redacted. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: undefined,
    redact: ['token', 'jwt', 'password', 'text', 'email', '*.token', '*.jwt', '*.password', '*.text', '*.email'],
  })
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

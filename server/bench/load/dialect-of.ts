import type { Dialect } from './dialect.ts'
import { floorDialect } from './floor-dialect.ts'
import { listenNotifyDialect } from './listen-notify-dialect.ts'
import { socketIoDialect } from './socket-io-dialect.ts'
import type { Target } from './target.ts'
import { usherDialect } from './usher-dialect.ts'

/** How this target is spoken. */
export function dialectOf(target: Target): Dialect {
  switch (target.kind) {
    case 'usher':
      return usherDialect(target)
    case 'socket-io':
      return socketIoDialect(target)
    case 'listen-notify':
      return listenNotifyDialect(target)
    case 'floor':
      return floorDialect(target)
  }
}

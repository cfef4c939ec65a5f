import { platformParts } from './parts.ts'
import type { VisitorClient, VisitorOptions } from './types.ts'
import { VisitorSide } from './visitor-client.ts'

/** A visitor of a site. Nothing is sent before `start()`, no socket is opened before `connect()`. */
export const createVisitorClient = (options: VisitorOptions): VisitorClient => new VisitorSide(options, platformParts(options))

export type { OutboxEntry } from './outbox.ts'
export { isUsherError, UsherError } from './protocol/errors.ts'
export type * from './types.ts'

import type { Identity } from '../ui/embedding.ts'

/** The identity as the SDK asks for it. */
export const identityFunction = (identity: Identity): (() => Promise<string> | string) =>
  typeof identity === 'string' ? () => identity : identity

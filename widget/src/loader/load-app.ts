import type { AppModule } from '../ui/embedding.ts'

/**
 * Fetches the app's module once, however often it is asked for. After a failure the next call tries again, under another address,
 * because browsers may remember a module that failed.
 */
export function createAppLoader(url: string, importModule: (url: string) => Promise<AppModule>): () => Promise<AppModule> {
  let pending: Promise<AppModule> | undefined
  let failures = 0
  return () => {
    pending ??= importModule(failures === 0 ? url : `${url}?again=${failures}`).catch((error: unknown) => {
      failures++
      pending = undefined
      throw error
    })
    return pending
  }
}

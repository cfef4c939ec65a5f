export interface WidgetManifest {
  /** File names relative to the output folder. */
  loader: string
  visitor?: string
  console?: string
  files: Record<string, { bytes: number; gzip: number; brotli: number }>
}

export interface BuildOptions {
  /** Default: `widget/dist`. */
  out?: string
  log?: (line: string) => void
  /** What is built besides the loader; default both. */
  apps?: ('visitor' | 'console')[]
}

export function buildWidget(options?: BuildOptions): Promise<WidgetManifest>
export function bundleModule(entry: string): Promise<string>

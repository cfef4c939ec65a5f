import type { AppModule, WidgetSettings } from '../ui/embedding.ts'
import { startLoader } from './start-loader.ts'

/** The server puts a site's settings, as a JSON literal, in place of this name. */
declare const __USHER_SETTINGS__: WidgetSettings

startLoader({ window, settings: __USHER_SETTINGS__, importModule: (url): Promise<AppModule> => import(url) })

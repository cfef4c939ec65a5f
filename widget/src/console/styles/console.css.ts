import { baseCss } from './base.css.ts'
import { cardCss } from './card.css.ts'
import { composerCss } from './composer.css.ts'
import { listCss } from './list.css.ts'
import { loginCss } from './login.css.ts'
import { shellCss } from './shell.css.ts'
import { threadCss } from './thread.css.ts'

/** The whole style sheet of the console. */
export const consoleCss = baseCss + shellCss + loginCss + listCss + threadCss + composerCss + cardCss

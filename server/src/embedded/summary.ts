import type { Home } from './home.ts'
import type { Demo } from './seed-demo.ts'
import type { Part } from './start-nats-server.ts'

/** What a person wants to know when everything runs. The last line begins with "Usher is ready". */
export function summary({ home, demo, parts }: { home: Home; demo: Demo; parts: readonly Part[] }): string {
  const rows = [
    ['demo page', `${demo.url}/demo`],
    ['console', `${demo.url}/console`],
    ['interface', `${demo.url}/docs`],
    ...demo.agents.map(({ email, password, role }, i) => [i === 0 ? 'logins' : '', `${email}   ${password}   ${role}`]),
    ['parts', parts.map(({ what }) => what).join(', ')],
    ['files', home.dir],
  ]
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(11)}${value}`)
  return ['', ...lines, '', `Usher is ready: ${demo.url}   (Ctrl-C stops it)`].join('\n')
}

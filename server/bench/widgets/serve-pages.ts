import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Pages of a shop: one that carries nothing, and one for each widget. */
export interface Pages extends AsyncDisposable {
  readonly empty: string
  readonly usher: string
  readonly livechat: string
}

export interface PagesOptions {
  /** The address of Usher's tag. */
  tag: string
  /** Folder of the built livechat. */
  livechat: string
}

const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html', '.png': 'image/png' }

/** What the livechat asks its server before anything else; an office that is open, and default looks. */
const livechatConfig = {
  success: true,
  config: {
    enabled: true,
    online: true,
    settings: {
      registrationForm: true,
      nameFieldRegistrationForm: true,
      emailFieldRegistrationForm: true,
      language: 'en',
      transcript: false,
    },
    theme: { title: 'Rocket.Chat', color: '#C1272D', offlineTitle: 'Leave a message', offlineColor: '#666666', actionLinks: [] },
    messages: {},
    departments: [],
    triggers: [],
    customFields: [],
    resources: {},
  },
}

/** Serves the pages and the livechat's files on loopback, packed as a good server packs them. */
export async function servePages({ tag, livechat }: PagesOptions): Promise<Pages> {
  const pages = new Map([
    ['/empty', ''],
    ['/usher', `<script async src="${tag}"></script>`],
    [
      '/rocket',
      `<script>window.RocketChat = (job) => RocketChat._.push(job); RocketChat._ = []; RocketChat.url = location.origin + '/livechat'</script>
       <script async src="/livechat/rocketchat-livechat.min.js"></script>`,
    ],
  ])
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop')
    const send = (type: string, content: string | Uint8Array): void =>
      void response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(gzipSync(content, { level: 9 }))
    const page = pages.get(pathname)
    if (page !== undefined) return send('text/html', pageWith(page))
    if (pathname === '/api/v1/livechat/config') return send('application/json', JSON.stringify(livechatConfig))
    const file = pathname === '/livechat' ? 'index.html' : pathname.match(/^\/livechat\/([\w.~-]+)$/)?.[1]
    const content = file === undefined ? undefined : readIfThere(join(livechat, file))
    if (file === undefined || content === undefined) return void response.writeHead(404).end()
    send(types[extname(file)] ?? 'application/octet-stream', file === 'index.html' ? withAddress(String(content)) : content)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    empty: `${origin}/empty`,
    usher: `${origin}/usher`,
    livechat: `${origin}/rocket`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

const pageWith = (tag: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"></head><body><h1>Tickets</h1>${tag}</body></html>`

/** As Rocket.Chat's server does it: the page is told where that is. */
const withAddress = (html: string): string => html.replace('</head>', '<script>SERVER_URL = location.origin</script></head>')

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

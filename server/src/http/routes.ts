import type { HttpDeps } from './http-deps.ts'
import type { Route } from './route.ts'
import { assign, listConversations, readOneConversation, reopen, resolve } from './routes/conversations.ts'
import { createSession } from './routes/create-session.ts'
import { readLoader } from './routes/loader.ts'
import { login, logout } from './routes/login.ts'
import { readMe, readMyNats, updateMyPresence } from './routes/me.ts'
import { readHealth, readMetrics, readReady } from './routes/running.ts'
import { readOwnThread, readVisitorThread } from './routes/thread.ts'
import { updateVisitor } from './routes/update-visitor.ts'
import { readVisitorOfSite } from './routes/visitors.ts'

/** The table of routes: what is served, and what the document says, are both made from it. */
export const routesOf = (deps: HttpDeps): readonly Route[] => [
  createSession(deps),
  readOwnThread(deps),
  updateVisitor(deps),
  login(deps),
  logout(deps),
  readMe(),
  readMyNats(deps),
  updateMyPresence(deps),
  listConversations(deps),
  readOneConversation(deps),
  assign(deps),
  resolve(deps),
  reopen(deps),
  readVisitorOfSite(deps),
  readVisitorThread(deps),
  readLoader(deps),
  readHealth(),
  readReady(deps),
  readMetrics(deps),
]

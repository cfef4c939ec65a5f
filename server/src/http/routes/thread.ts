import { id, threadPage, threadQuery, UsherError } from '@usher-chat/sdk/protocol'
import * as v from 'valibot'
import type { HttpDeps } from '../http-deps.ts'
import { defineRoute } from '../route.ts'

const paging =
  'Without `after` and `before`: the newest page. `after` reads forward from a seq, `before` backward; rows always come oldest first. ' +
  'Rows the stream has and Postgres has not yet are part of the answer (`saved: false`), so a reader always reads their own writes.'

const threadOfSite = v.object({ site: id, ...threadQuery.entries })

/** Own thread, as its visitor sees it. */
export const readOwnThread = (deps: HttpDeps) =>
  defineRoute({
    method: 'get',
    path: '/v1/thread',
    id: 'readThread',
    tag: 'Visitor',
    summary: 'Read the thread',
    description: paging,
    who: 'visitor',
    query: threadQuery,
    answer: threadPage,
    errors: ['validation_failed', 'service_unavailable'],
    handle: ({ caller: { claims }, query }) => deps.readThread({ site: claims.site, visitor: claims.visitor, reader: 'visitor', ...query }),
  })

/** A visitor's thread, as agents see it: with notes and the reasons of the router. */
export const readVisitorThread = (deps: HttpDeps) =>
  defineRoute({
    method: 'get',
    path: '/v1/visitors/{id}/thread',
    id: 'readVisitorThread',
    tag: 'Inbox',
    summary: 'Read the thread of a visitor, notes included',
    description: paging,
    who: 'agent',
    query: threadOfSite,
    answer: threadPage,
    errors: ['not_found', 'validation_failed', 'service_unavailable'],
    async handle({ caller, query: { site, ...page }, id }) {
      if (!caller.sites.some((own) => own.id === site)) throw new UsherError('not_found', 'unable to read the thread; no such visitor here')
      return deps.readThread({ site, visitor: id('id'), reader: 'agent', ...page })
    },
  })

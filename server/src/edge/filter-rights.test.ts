import { describe, expect, test } from 'vitest'
import {
  admittedFilter,
  agent,
  agentId,
  hpub,
  inbox,
  messageHeader,
  messageId,
  otherSite,
  otherVisitorId,
  ownPulse,
  ownSubject,
  pub,
  push,
  reasonsOf,
  site,
  textMessage,
  visitor,
  visitorId,
} from '../../test/edge-commands.ts'

describe('[P6] what is not theirs', () => {
  const foreign = [
    `chat.${site}.${otherVisitorId}.visitor`,
    `chat.${otherSite}.${visitorId}.visitor`,
    `chat.${site}.${visitorId}.agent.${agentId}`,
    `chat.${site}.${visitorId}.note.${agentId}`,
    `chat.${site}.${visitorId}.event`,
    `chat.${site}.${visitorId}.internal`,
    `chat.${site}.*.visitor`,
    `chat.${site}.>`,
    `live.chat.${site}.${visitorId}.visitor`,
    `saved.${site}.${visitorId}`,
    `presence.${agentId}`,
    `pulse.${site}.${otherVisitorId}.visitor`,
    `_INBOX.${otherVisitorId}.x`,
    `_INBOX.${visitorId}.x`,
    '$JS.API.STREAM.PURGE.CHAT',
    '$JS.API.STREAM.DELETE.CHAT',
    '$JS.ACK.CHAT.history.1.1.1.1.0',
    '$SYS.REQ.SERVER.PING',
    '$KV.x.y',
    '>',
    '*',
    `${ownSubject}.`,
    `.${ownSubject}`,
    ownSubject.toUpperCase(),
  ]
  test.each(foreign)('[P6] a visitor cannot publish to %s', (subject) => {
    expect(reasonsOf(push(admittedFilter(), hpub(subject, textMessage('x'))))).toEqual(['refuse subject'])
    expect(reasonsOf(push(admittedFilter(), pub(subject, '')))).toEqual(['refuse subject'])
  })

  test.each([
    `chat.${site}.*.agent.${agentId}`,
    `chat.${site}.>.agent.${agentId}`,
    `chat.${site}.$JS.agent.${agentId}`,
    `chat.${site}.short.agent.${agentId}`,
    `chat.${site}.VISITOR000000000.agent.${agentId}`,
    `chat.${site}.${'v'.repeat(33)}.agent.${agentId}`,
    `chat.${site}..agent.${agentId}`,
    `chat.*.${visitorId}.agent.${agentId}`,
    `chat.${otherSite}.${visitorId}.agent.${agentId}`,
    `chat.${site}.${visitorId}.agent.agent11111111111`,
    `chat.${site}.${visitorId}.agent.*`,
    `chat.${site}.${visitorId}.visitor`,
    'presence.agent11111111111',
    'presence.*',
  ])('[P6] an agent cannot publish to %s', (subject) => {
    const bytes = hpub(subject, textMessage('x'), { header: messageHeader(agentId) })
    expect(reasonsOf(push(admittedFilter(agent), bytes))).toEqual(['refuse subject'])
  })

  test.each([
    '$JS.API.STREAM.PURGE.CHAT',
    '$JS.API.STREAM.DELETE.CHAT',
    '$SYS.REQ.SERVER.PING',
    `_INBOX.${otherVisitorId}.x`,
    `_INBOX.${visitorId}x.y`,
    `_INBOX.${visitorId}`,
    `_INBOX.${visitorId}.`,
    `_INBOX.${visitorId}.*`,
    `_INBOX.${visitorId}.a.>`,
    `_INBOX.${visitorId}..a`,
    `_INBOX.${visitorId}.$JS`,
    ownSubject,
    `live.${ownSubject}`,
    '>',
  ])('[P6] an answer cannot be sent to %s, not even a refusal', (reply) => {
    const [refusal] = push(admittedFilter(), 'SUB _INBOX.visitor000000000.> 9\r\n', hpub(ownSubject, textMessage('x'), { reply })).slice(1)
    expect(refusal).toMatch(/^refuse reply -ERR 'Permissions Violation for Publish with Reply of "/)
  })

  const sender = (extra: string): string => `NATS/1.0\r\n${extra}Nats-Msg-Id: ${visitorId}:${messageId}\r\n\r\n`
  test.each([
    ['none', 'NATS/1.0\r\n\r\n'],
    ['of another author', messageHeader(otherVisitorId)],
    ['of another message', messageHeader(visitorId, '01890a5d-ac96-774b-bcce-b302099a8058')],
    ['twice', sender(`Nats-Msg-Id: ${visitorId}:${messageId}\r\n`)],
    ...['Nats-Sequence', 'Nats-Subject', 'Nats-Expected-Last-Sequence', 'Nats-Rollup', 'Nats-TTL', 'Nats-Trace-Dest', 'X-Any'].map(
      (name) => [`with ${name}`, sender(`${name}: 1\r\n`)],
    ),
    ['in another case', messageHeader().replace('Nats-Msg-Id', 'nats-msg-id')],
    ['with a status', messageHeader().replace('NATS/1.0', 'NATS/1.0 503')],
    ['not ended', messageHeader().replace(/\r\n\r\n$/, '\r\n  ')],
  ])('[P6] a message whose header is %s is refused', (_, header) => {
    expect(reasonsOf(push(admittedFilter(), hpub(ownSubject, textMessage('x'), { header: header as string })))).toEqual(['refuse header'])
  })

  test('[P3] a message without a header is refused, and so is a pulse with one', () => {
    expect(reasonsOf(push(admittedFilter(), pub(ownSubject, textMessage('x'))))).toEqual(['refuse header'])
    expect(reasonsOf(push(admittedFilter(), hpub(ownPulse, '{"v":1,"type":"typing"}')))).toEqual(['refuse header'])
  })
})

describe('[P6] reading', () => {
  const subscribe = (subject: string, user = visitor): string[] => reasonsOf(push(admittedFilter(user), `SUB ${subject} 1\r\n`))

  test.each([
    '>',
    '*',
    `live.chat.${site}.${visitorId}.>`,
    `live.chat.${site}.${visitorId}.*`,
    `live.chat.${site}.${visitorId}.note.*`,
    `live.chat.${site}.${visitorId}.internal`,
    `live.chat.${site}.${visitorId}.agent.>`,
    `live.chat.${site}.${otherVisitorId}.visitor`,
    `live.chat.${site}.*.visitor`,
    ownSubject,
    `saved.${site}.${visitorId}.internal`,
    `saved.${site}.${visitorId}.>`,
    '_INBOX.>',
    '_INBOX.*.x',
    `_INBOX.${otherVisitorId}.>`,
    `_INBOX.${visitorId}`,
    'server.revoked',
    '$SYS.>',
    '$JS.>',
    'presence.>',
  ])('[P6] a visitor cannot subscribe to %s', (subject) => expect(subscribe(subject)).toEqual(['refuse subscription']))

  test.each([
    'chat.>',
    `live.chat.>`,
    `live.chat.${otherSite}.>`,
    `live.chat.*.${visitorId}.>`,
    `pulse.>`,
    `saved.*.>`,
    'presence',
    'server.>',
    `_INBOX.${visitorId}.>`,
  ])('[P6] an agent cannot subscribe to %s', (subject) => expect(subscribe(subject, agent)).toEqual(['refuse subscription']))

  test.each([
    `live.chat.${site}.>`,
    `live.chat.${site}.${visitorId}.>`,
    `live.chat.${site}.*.visitor`,
    `pulse.${site}.>`,
    'presence.>',
    'presence.*',
    `saved.${site}.>`,
    `_INBOX.${agentId}.>`,
  ])('an agent may subscribe to %s', (subject) => expect(subscribe(subject, agent)).toEqual(['forward SUB']))

  test('[P6] queue groups are refused: they would take messages away from other screens', () => {
    expect(push(admittedFilter(), `SUB ${inbox} group 1\r\n`)).toEqual([
      `refuse queue_group -ERR 'Permissions Violation for Subscription to "${inbox}" using queue "group"'\r\n`,
    ])
  })

  test('[P9] a socket has sixteen subscriptions, an agent four more per site', () => {
    const lines = (id: string, count: number): string =>
      Array.from({ length: count }, (_, at) => `SUB _INBOX.${id}.${at} ${at}\r\n`).join('')
    expect(reasonsOf(push(admittedFilter(), lines(visitorId, 17)))).toEqual(['forward SUB', 'refuse subscription_count'])
    expect(reasonsOf(push(admittedFilter(agent), lines(agentId, 20)))).toEqual(['forward SUB'])
    expect(reasonsOf(push(admittedFilter(agent), lines(agentId, 21)))).toEqual(['forward SUB', 'refuse subscription_count'])
  })

  test('[P9] an ended subscription makes room, one that ends by count only when it is ended outright', () => {
    const filter = admittedFilter()
    push(filter, ...Array.from({ length: 16 }, (_, at) => `SUB ${inbox}.${at} ${at}\r\n`))
    expect(push(filter, 'UNSUB 3 1\r\n')).toEqual(['forward UNSUB 3 1\r\n'])
    expect(reasonsOf(push(filter, `SUB ${inbox}.x a1\r\n`))).toEqual(['refuse subscription_count'])
    expect(reasonsOf(push(filter, `UNSUB 3\r\nSUB ${inbox}.x a2\r\n`))).toEqual(['forward UNSUB'])
    expect(push(filter, 'UNSUB 99\r\n')).toEqual([])
  })
})

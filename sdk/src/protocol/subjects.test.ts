import { describe, expect, test } from 'vitest'
import {
  type ClientRole,
  dedupId,
  live,
  permissions,
  readChatSubject,
  readPresenceSubject,
  readPulseSubject,
  readSavedSubject,
  subjects,
} from './subjects.ts'

const site = 'site000000000000'
const visitor = 'visitor000000000'
const agent = 'agent00000000000'

describe('[R4] what is written is read again', () => {
  test.each([
    [subjects.visitorMessage(site, visitor), { type: 'visitor' }],
    [subjects.agentMessage(site, visitor, agent), { type: 'agent', agent }],
    [subjects.note(site, visitor, agent), { type: 'note', agent }],
    [subjects.event(site, visitor), { type: 'event' }],
    [subjects.internal(site, visitor), { type: 'internal' }],
  ])('%s', (subject, rest) => {
    expect(readChatSubject(subject)).toEqual({ site, visitor, ...rest })
    expect(readChatSubject(live(subject))).toEqual({ site, visitor, ...rest })
    expect(readPulseSubject(subject)).toBe(undefined)
    expect(readSavedSubject(subject)).toBe(undefined)
  })

  test.each([
    [subjects.visitorPulse(site, visitor), { type: 'visitor' }],
    [subjects.agentPulse(site, visitor, agent), { type: 'agent', agent }],
  ])('%s', (subject, rest) => {
    expect(readPulseSubject(subject)).toEqual({ site, visitor, ...rest })
    expect(readChatSubject(subject)).toBe(undefined)
  })

  test.each([
    [subjects.saved(site, visitor), false],
    [subjects.savedInternal(site, visitor), true],
  ])('%s', (subject, internal) => expect(readSavedSubject(subject)).toEqual({ site, visitor, internal }))

  test('presence', () => expect(readPresenceSubject(subjects.presence(agent))).toBe(agent))
})

describe('[P6] nothing else is read', () => {
  const outside = ['', 'x', '*', 'short', 'A'.repeat(16), `${site}x`.repeat(3)]

  test.each(['chat', 'pulse'])('%s of ids that are none', (root) => {
    const read = root === 'chat' ? readChatSubject : readPulseSubject
    for (const id of outside) {
      expect(read(`${root}.${id}.${visitor}.visitor`)).toBe(undefined)
      expect(read(`${root}.${site}.${id}.visitor`)).toBe(undefined)
      expect(read(`${root}.${site}.${visitor}.agent.${id}`)).toBe(undefined)
    }
  })

  test.each([
    `talk.${site}.${visitor}.visitor`,
    `.${site}.${visitor}.visitor`,
    `live.live.chat.${site}.${visitor}.visitor`,
    `chat.live.${site}.${visitor}.visitor`,
    `chat.${site}.${visitor}`,
    `chat.${site}.${visitor}.`,
    `chat.${site}.${visitor}.robot`,
    `chat.${site}.${visitor}.visitor.${agent}`,
    `chat.${site}.${visitor}.event.${agent}`,
    `chat.${site}.${visitor}.internal.${agent}`,
    `chat.${site}.${visitor}.agent`,
    `chat.${site}.${visitor}.note`,
    `chat.${site}.${visitor}.robot.${agent}`,
    `chat.${site}.${visitor}.agent.${agent}.x`,
    `chat.${site}.${visitor}.note.${agent}.x`,
  ])('%s is no message', (subject) => expect(readChatSubject(subject)).toBe(undefined))

  test.each([
    `live.pulse.${site}.${visitor}.visitor`,
    `chat.${site}.${visitor}.visitor`,
    `pulse.${site}.${visitor}`,
    `pulse.${site}.${visitor}.visitor.x`,
    `pulse.${site}.${visitor}.note.${agent}`,
    `pulse.${site}.${visitor}.robot`,
    `pulse.${site}.${visitor}.agent`,
    `pulse.${site}.${visitor}.agent.${agent}.x`,
    `pulse.${site}.${visitor}.visitor.${agent}`,
  ])('%s is no pulse', (subject) => expect(readPulseSubject(subject)).toBe(undefined))

  test.each([
    `safe.${site}.${visitor}`,
    `saved.x.${visitor}`,
    `saved.${site}.x`,
    `saved.${site}`,
    `saved.${site}.${visitor}.`,
    `saved.${site}.${visitor}.external`,
    `saved.${site}.${visitor}.internal.x`,
    `saved.${site}.${visitor}.internal.`,
  ])('%s is no notice', (subject) => expect(readSavedSubject(subject)).toBe(undefined))

  test.each([`absence.${agent}`, 'presence.x', 'presence', `presence.${agent}.x`, `presence.${agent}.`])('%s is no presence', (subject) =>
    expect(readPresenceSubject(subject)).toBe(undefined),
  )
})

describe('[R14] the table of rights', () => {
  /** What a client of this role may use, as it would stand on the wire. */
  const of = (role: ClientRole, verb: 'publish' | 'subscribe') =>
    permissions[role][verb].map((subject) => subject.replace('{site}', site).replace('{id}', role === 'visitor' ? visitor : agent))

  test('a visitor writes to their own thread, and hears it', () => {
    expect(of('visitor', 'publish')).toEqual([subjects.visitorMessage(site, visitor), subjects.visitorPulse(site, visitor)])
    expect(of('visitor', 'subscribe')).toEqual([
      live(subjects.visitorMessage(site, visitor)),
      live(subjects.agentMessage(site, visitor, '*')),
      live(subjects.event(site, visitor)),
      subjects.agentPulse(site, visitor, '*'),
      subjects.saved(site, visitor),
      `${subjects.inboxPrefix(visitor)}.>`,
    ])
  })

  test('[P6] a visitor hears neither notes nor internal events, nor that they exist', () => {
    const heard = of('visitor', 'subscribe').join(' ')
    expect(heard).not.toMatch(/note|internal|>.*chat/)
  })

  test('an agent writes under their own name to any visitor of the site, and hears the site', () => {
    expect(of('agent', 'publish')).toEqual([
      subjects.agentMessage(site, '*', agent),
      subjects.note(site, '*', agent),
      subjects.agentPulse(site, '*', agent),
      subjects.presence(agent),
    ])
    expect(of('agent', 'subscribe')).toEqual([
      `live.chat.${site}.>`,
      `pulse.${site}.>`,
      'presence.>',
      `saved.${site}.>`,
      `${subjects.inboxPrefix(agent)}.>`,
    ])
  })

  test('nobody hears what servers tell each other', () => {
    const all = [...of('agent', 'subscribe'), ...of('visitor', 'subscribe'), ...of('agent', 'publish'), ...of('visitor', 'publish')]
    expect(subjects.revoked).toBe('server.revoked')
    expect(all.filter((subject) => subject.startsWith('server'))).toEqual([])
  })

  test('a thread is all that the stream holds of it', () => expect(subjects.thread(site, visitor)).toBe(`chat.${site}.${visitor}.>`))

  test('[R15] an id is unique under its author', () => expect(dedupId('a', 'b')).toBe('a:b'))
})

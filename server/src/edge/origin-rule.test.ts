import { expect, test } from 'vitest'
import { agent, otherSite, site, visitor } from '../../test/edge-commands.ts'
import { originRule } from './origin-rule.ts'

const rule = originRule({
  ownOrigins: ['https://usher.example'],
  siteAllows: (of, origin) => of === site && origin === 'https://shop.example',
})

test.each([
  ['a visitor on a page of their site', 'https://shop.example', visitor, true],
  ['a visitor on our own page', 'https://usher.example', visitor, true],
  ['a visitor with a program', undefined, visitor, true],
  ['a visitor on a foreign page', 'https://evil.example', visitor, false],
  ['a visitor on a page of another site', 'https://shop.example', { ...visitor, sites: [otherSite] }, false],
  ['a visitor in a sandboxed frame', 'null', visitor, false],
  ['an agent in the console', 'https://usher.example', agent, true],
  ['a bot', undefined, agent, true],
  ['an agent on a page of a site', 'https://shop.example', agent, false],
])('[P6] %s: %s', async (_, origin, user, allowed) => expect(await rule(origin, user)).toBe(allowed))

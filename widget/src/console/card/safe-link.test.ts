import { expect, test } from 'vitest'
import { localeName } from './locale-name.ts'
import { safeLink } from './safe-link.ts'

test('[P6] what a visitor says their page is becomes a link only when it is http or https', () => {
  expect(safeLink('https://shop.example/seats?row=m')).toEqual({ href: 'https://shop.example/seats?row=m', label: 'shop.example/seats' })
  expect(safeLink('http://localhost:3000/')).toEqual({ href: 'http://localhost:3000/', label: 'localhost:3000' })
  for (const url of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//x',
    'nonsense',
    'https://bank.example@evil.example/',
  ]) {
    expect(safeLink(url)).toBeUndefined()
  }
})

test('a language has a name; what is none stays as it is', () => {
  expect(localeName('de-AT')).toBe('Austrian German')
  expect(localeName('x')).toBe('x')
})

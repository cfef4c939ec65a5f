import { expect, test } from 'vitest'
import { safeStorage } from './safe-storage.ts'
import { defaultSettings, openSettings } from './settings.ts'
import { openToasts } from './toasts.ts'

const nowhere = () =>
  safeStorage(() => {
    throw new Error('denied')
  })

test('settings survive a reload, and damaged ones fall back one by one', () => {
  const storage = nowhere()
  openSettings(storage).change({ sound: false, presence: 'away' })
  expect(openSettings(storage).getSnapshot()).toEqual({ ...defaultSettings, sound: false, presence: 'away' })
  storage.setItem('usher.console.settings', '{"sound":"yes","theme":"dark","presence":"asleep"}')
  expect(openSettings(storage).getSnapshot()).toEqual({ ...defaultSettings, theme: 'dark' })
  storage.setItem('usher.console.settings', '{')
  expect(openSettings(storage).getSnapshot()).toEqual(defaultSettings)
})

test('the same sentence is shown once, and never more than three', () => {
  const toasts = openToasts()
  for (const text of ['a', 'b', 'a', 'c', 'd']) toasts.show({ tone: 'bad', text })
  expect(toasts.getSnapshot().map(({ text }) => text)).toEqual(['a', 'c', 'd'])
  toasts.dismiss(toasts.getSnapshot()[1]?.id ?? 0)
  expect(toasts.getSnapshot().map(({ text }) => text)).toEqual(['a', 'd'])
})

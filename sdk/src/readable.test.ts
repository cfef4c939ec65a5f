import { describe, expect, it, vi } from 'vitest'
import { settle } from '../test/fake-clock.ts'
import { createEmitter } from './emitter.ts'
import { createState, createView } from './readable.ts'

describe('a state', () => {
  it('shows a change at once and tells it once per microtask', async () => {
    const state = createState(0)
    const heard = vi.fn()
    const stop = state.subscribe(heard)
    for (let i = 1; i <= 100; i++) state.set(i)
    expect(state.getSnapshot()).toBe(100)
    expect(heard).not.toHaveBeenCalled()
    await settle()
    expect(heard).toHaveBeenCalledTimes(1)
    stop()
    state.set(0)
    await settle()
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('says nothing when nothing changed', async () => {
    const state = createState('a')
    const heard = vi.fn()
    state.subscribe(heard)
    state.set('a')
    await settle()
    expect(heard).not.toHaveBeenCalled()
  })

  it('works with its functions taken off it, as store hooks do', () => {
    const { getSnapshot, subscribe } = createState(1)
    subscribe(() => {})()
    expect(getSnapshot()).toBe(1)
  })
})

describe('a view', () => {
  it('is computed when asked, and the same between changes', () => {
    const compute = vi.fn(() => [1])
    const view = createView(compute)
    expect(compute).not.toHaveBeenCalled()
    expect(view.getSnapshot()).toBe(view.getSnapshot())
    view.invalidate()
    view.invalidate()
    expect(view.getSnapshot()).toEqual([1])
    expect(compute).toHaveBeenCalledTimes(2)
  })
})

describe('an emitter', () => {
  it('hands out events until a listener is taken off', () => {
    const emitter = createEmitter<{ hello: { name: string } }>()
    const heard: string[] = []
    const listener = ({ name }: { name: string }) => heard.push(name)
    const stop = emitter.on('hello', listener)
    emitter.on('hello', listener)
    emitter.emit('hello', { name: 'a' })
    stop()
    stop()
    emitter.emit('hello', { name: 'b' })
    expect(heard).toEqual(['a', 'a', 'b'])
  })

  it('goes on when a listener throws, and lets the fault surface', async () => {
    const emitter = createEmitter<{ hello: null }>()
    const heard = vi.fn()
    const surfaced = new Promise<unknown>((resolve) => process.once('uncaughtException', resolve))
    const others = process.listeners('uncaughtException').slice(0, -1)
    for (const other of others) process.off('uncaughtException', other)
    emitter.on('hello', () => {
      throw new Error('mine')
    })
    emitter.on('hello', heard)
    emitter.emit('hello', null)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(await surfaced).toEqual(new Error('mine'))
    for (const other of others) process.on('uncaughtException', other)
  })
})

import { mountConsole } from '../mount-console.tsx'
import { now } from './fixture-data.ts'
import { scenes } from './scenes.ts'

/** Draws one scene: `?scene=mine&dir=rtl`. */
const query = new URLSearchParams(location.search)
const scene = scenes[query.get('scene') ?? 'mine']
const root = document.getElementById('usher')
if (root !== null && scene !== undefined) {
  if (query.get('dir') === 'rtl') document.documentElement.dir = 'rtl'
  if (location.hash === '') history.replaceState(null, '', `#${scene.place}`)
  const client = scene.client()
  Object.assign(window, { gallery: { client } })
  mountConsole({ root, client, now: query.has('live') ? Date.now : () => now })
}

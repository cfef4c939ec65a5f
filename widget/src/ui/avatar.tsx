import { useState } from 'preact/hooks'
import { initialsOf } from './initials-of.ts'
import { toneOf } from './tone-of.ts'

interface AvatarProps {
  /** Chooses the colour: the same person has the same one everywhere. */
  id: string
  name?: string | undefined
  url?: string | undefined
}

/** A round picture, or initials where there is none, it fails to load, or the page's CSP forbids it. Decorative: the name stands beside it. */
export function Avatar({ id, name, url }: AvatarProps) {
  const [broken, setBroken] = useState<string>()
  const picture = url !== undefined && url !== broken && /^https?:\/\//i.test(url) ? url : undefined
  return (
    <span class={`avatar tone-${toneOf(id)}`} aria-hidden="true">
      {picture === undefined ? initialsOf(name ?? '') : <img src={picture} alt="" loading="lazy" onError={() => setBroken(picture)} />}
    </span>
  )
}

import type { Attack } from './attempt.ts'
import { browserOriginAttacks } from './cases/browser-origin.ts'
import { browserPageAttacks } from './cases/browser-page.ts'
import { browserTextAttacks } from './cases/browser-text.ts'
import { edgeAttacks } from './cases/edge.ts'
import { houseAttacks } from './cases/house.ts'
import { httpAttacks } from './cases/http.ts'
import { identityAttacks } from './cases/identity.ts'
import { inputAttacks } from './cases/inputs.ts'
import { laterAttacks } from './cases/later.ts'
import { limitAttacks } from './cases/limits.ts'

const numberOf = ({ id }: Attack): number => Number(id.slice(1))

/** All cases, S1 to S43, in order. */
export const attacks: readonly Attack[] = [
  ...edgeAttacks,
  ...identityAttacks,
  ...httpAttacks,
  ...inputAttacks,
  ...limitAttacks,
  ...browserTextAttacks,
  ...browserOriginAttacks,
  ...browserPageAttacks,
  ...houseAttacks,
  ...laterAttacks,
].sort((a, b) => numberOf(a) - numberOf(b))

import { type Attack, later } from '../attempt.ts'

const noWebhooks = 'Usher calls no webhooks yet'
const noFiles = 'Usher takes no files yet'

/** Cases whose target is not built: they stand in the table until the part they attack is there. */
export const laterAttacks: readonly Attack[] = [
  later('S16', 'a webhook to a private address', noWebhooks),
  later('S17', 'a webhook whose name is resolved anew (DNS rebinding)', noWebhooks),
  later('S18', 'a webhook that redirects, floods or stalls', noWebhooks),
  later('S19', 'a file that is not what it says', noFiles),
  later('S20', 'uploads without right, size or measure', noFiles),
  later('S21', 'a foreign, guessed or deleted file', noFiles),
  later('S28', 'foreign e-mail addresses as targets of mail', 'Usher sends no e-mail yet'),
  later('S38', 'links in mails with a forged Host', 'there are no invitations and no resets yet'),
  later('S43', 'what is left of a deleted visitor', 'there is no deletion yet (DELETE /v1/visitor)'),
]

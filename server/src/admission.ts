/**
 * The gate between the broker and everything that depends on the stream's epoch: clients are let in only while the connection to NATS
 * stands and the epoch has been settled since it was made.
 */
export interface Admission {
  readonly phase: 'away' | 'settling' | 'open'
  /** Counts connections: what was asked during an earlier one no longer matters. */
  readonly turn: number
  /** The epoch settled last; undefined before the first. */
  readonly epoch: number | undefined
}

export type AdmissionEvent =
  | { type: 'connected' }
  | { type: 'disconnected' }
  /** The answer to `settle` of this turn. */
  | { type: 'settled'; turn: number; epoch: number }

export type AdmissionEffect =
  /** Let nobody in, and close who is in: they resume by seq. */
  | { type: 'shut' }
  /** Find out the epoch, however long it takes, and answer with `settled`. */
  | { type: 'settle'; turn: number }
  /** Let clients in. */
  | { type: 'open'; epoch: number }

export const initialAdmission: Admission = { phase: 'away', turn: 0, epoch: undefined }

/** What an event leads to, and what is to be done. */
export function admit(state: Admission, event: AdmissionEvent): { state: Admission; effects: readonly AdmissionEffect[] } {
  switch (event.type) {
    case 'connected': {
      const turn = state.turn + 1
      const shut = state.phase === 'open' ? ([{ type: 'shut' }] as const) : []
      return { state: { ...state, phase: 'settling', turn }, effects: [...shut, { type: 'settle', turn }] }
    }
    case 'disconnected':
      return { state: { ...state, phase: 'away' }, effects: state.phase === 'open' ? [{ type: 'shut' }] : [] }
    case 'settled':
      if (state.phase !== 'settling' || event.turn !== state.turn) return { state, effects: [] }
      return { state: { ...state, phase: 'open', epoch: event.epoch }, effects: [{ type: 'open', epoch: event.epoch }] }
  }
}

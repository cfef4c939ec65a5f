/** The part of WebAudio a beep needs. */
export type AudioContextFactory = () => AudioContext

export interface Beeper {
  /** Two soft notes, about a third of a second. Silent until the page had its first gesture. */
  play(): void
  close(): void
}

/** E6, then A6: a rising fourth is heard without alarming. Hz. */
const notes = [1_318.5, 1_760] as const

/** Browsers keep a page silent until its first gesture: the context is made and woken then. */
export function openBeeper(page: Pick<Document, 'addEventListener' | 'removeEventListener'>, make?: AudioContextFactory): Beeper {
  let context: AudioContext | undefined
  const unlock = () => {
    context ??= make?.()
    void context?.resume()
    stopWaiting()
  }
  const stopWaiting = () => {
    page.removeEventListener('pointerdown', unlock)
    page.removeEventListener('keydown', unlock)
  }
  page.addEventListener('pointerdown', unlock)
  page.addEventListener('keydown', unlock)
  return {
    play() {
      if (context?.state !== 'running') return
      for (const [index, hz] of notes.entries()) playNote(context, hz, context.currentTime + index * 0.11)
    },
    close() {
      stopWaiting()
      void context?.close()
    },
  }
}

function playNote(context: AudioContext, hz: number, at: number): void {
  const tone = context.createOscillator()
  const volume = context.createGain()
  tone.type = 'sine'
  tone.frequency.value = hz
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(0.12, at + 0.012)
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.24)
  tone.connect(volume).connect(context.destination)
  tone.start(at)
  tone.stop(at + 0.26)
}

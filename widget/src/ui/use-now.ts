import { useEffect, useState } from 'preact/hooks'

/** The time, epoch ms; while `ticking`, the component is drawn again every second. */
export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!ticking) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [ticking])
  return ticking ? Math.max(now, Date.now()) : now
}

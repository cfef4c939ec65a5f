/** A stroked 24 × 24 icon of one path; decoration, so the control around it carries the name. */
export function Icon({ path, size = 20, name }: { path: string; size?: number; name?: string }) {
  return (
    <svg class={`icon ${name ?? ''}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}

export const icons = {
  chevronDown: 'm6 9.5 6 6 6-6',
  send: 'M5 12h13M12.5 5.5 19 12l-6.5 6.5',
  clock: 'M12 7.5V12l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  tick: 'm5 12.5 4.5 4.5L19.5 7',
  ticks: 'm2 12.5 4.5 4.5L16 7M11.5 16l1.2 1L22 7',
  arrowDown: 'M12 5v14M6 13l6 6 6-6',
  alert: 'M12 8v4.5M12 16v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
}

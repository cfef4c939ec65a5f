/** The mark of Usher: a speech bubble that is also a door left ajar. The server's icon is the same. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="logo-wall" d="M7 3h18a5 5 0 0 1 5 5v11a5 5 0 0 1-5 5H14l-7 6v-6a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z" />
      <path class="logo-door" d="M12 8h8v11l-6 2V10z" />
      <circle class="logo-wall" cx="16" cy="15" r="1.2" />
    </svg>
  )
}

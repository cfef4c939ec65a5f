/** A speech bubble with an open door in it. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        class="logo-ground"
        d="M9 3h14a6 6 0 0 1 6 6v11a6 6 0 0 1-6 6h-7.5L9.8 30.2c-.7.5-1.8 0-1.8-.9V26a6 6 0 0 1-5-6V9a6 6 0 0 1 6-6Z"
      />
      <path class="logo-sign" d="M10.5 8.5v6.8a5.5 5.5 0 0 0 11 0v-.6" />
      <circle class="logo-dot" cx="21.5" cy="9.2" r="2" />
    </svg>
  )
}

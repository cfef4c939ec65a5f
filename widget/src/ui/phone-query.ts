/** Screens on which the panel fills everything: phones upright, and phones on their side. */
export const phoneQuery = '(max-width: 480px), (max-height: 460px)'

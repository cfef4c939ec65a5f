/** The page title with the number of unread messages in front. */
export function unreadTitle(count: number): string {
  if (count <= 0) return 'Usher'
  return `(${count > 99 ? '99+' : count}) Usher`
}

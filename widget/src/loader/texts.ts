/** The few words the loader shows itself; the site's own (title, launcher) come with the settings. */
export const loaderTexts = {
  close: 'Close chat',
  failed: 'The chat could not be loaded. Try again',
  unread: (count: number) => `${count} unread message${count === 1 ? '' : 's'}`,
}

import { tokenizeText } from './tokenize-text.ts'

/** A message's text with its links; everything else is drawn as the letters it is. */
export function RichText({ text }: { text: string }) {
  return tokenizeText(String(text)).map((token) =>
    token.type === 'text' ? (
      token.text
    ) : (
      <a href={token.href} target="_blank" rel="noopener noreferrer nofollow ugc">
        {token.text}
      </a>
    ),
  )
}

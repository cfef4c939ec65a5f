import { usePanel } from './panel-context.ts'

/** The shape of a thread while its first page is on the way: the same picture the loader shows. */
export function Skeleton() {
  const { wording } = usePanel()
  return (
    <div class="bones" role="status" aria-label={wording.texts.loading}>
      <div class="bone" />
      <div class="bone own" />
      <div class="bone" />
    </div>
  )
}

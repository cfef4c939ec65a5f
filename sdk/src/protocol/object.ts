import * as v from 'valibot'

/**
 * A schema of an object with these fields and no others. The page the widget runs in may have given every object more, which an old library
 * does by assigning to `Object.prototype`; valibot runs along those, too, so the list of fields inherits nothing.
 */
// @__NO_SIDE_EFFECTS__
export function object<const Entries extends v.ObjectEntries>(entries: Entries): v.ObjectSchema<Entries, undefined> {
  return v.object(Object.assign(Object.create(null), entries) as Entries)
}

/**
 * True when the whole text matches: `*` any run of characters, `?` one; case ignored. Takes at most
 * glob length × text length steps, so no text can stall it.
 */
export function matchesGlob(glob: string, text: string): boolean {
  const wanted = glob.toLowerCase()
  const seen = text.toLowerCase()
  let at = 0
  let star = -1
  let resume = 0
  let pos = 0
  while (pos < seen.length) {
    const sign = wanted[at]
    if (sign === '*') {
      star = at
      at += 1
      resume = pos
    } else if (at < wanted.length && (sign === '?' || sign === seen[pos])) {
      at += 1
      pos += 1
    } else if (star >= 0) {
      at = star + 1
      resume += 1
      pos = resume
    } else return false
  }
  while (wanted[at] === '*') at += 1
  return at === wanted.length
}

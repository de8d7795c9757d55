/** Where a literal must stand in a text. */
export type Place = 'equals' | 'prefix' | 'suffix' | 'contains'

/** A literal to look for, with what it stands for. */
export interface Literal {
  readonly text: string
  readonly place: Place
  readonly owner: number
}

const GRAM = 4
const BEYOND_ASCII = /[^\0-\x7f]/

/**
 * Finds which of many literals occur in a text, in one pass: each literal is entered under its rarest four
 * characters, so tables stay small. Literals shorter than four are looked for one by one.
 */
export class GramTable {
  private readonly heads: Int32Array
  private readonly shift: number
  private readonly nexts: Int32Array
  private readonly words: Int32Array
  private readonly offsets: Int32Array
  private readonly entries: (Distinct | undefined)[] = [undefined]
  private readonly short: Distinct[] = []
  /** Short literals with a character beyond ASCII, by their last such UTF-16 unit. */
  private readonly rare = new Map<number, { readonly one: Distinct; readonly offset: number }[]>()
  private readonly exact = new Map<string, Distinct>()

  constructor(literals: readonly Literal[]) {
    const distinct = distinctOf(literals)
    const long = distinct.filter((one) => one.place !== 'equals' && one.text.length >= GRAM)
    const bits = Math.max(6, Math.min(17, Math.ceil(Math.log2(long.length * 8 + 1))))
    this.shift = 32 - bits
    this.heads = new Int32Array(1 << bits)
    this.nexts = new Int32Array(long.length + 1)
    this.words = new Int32Array(long.length + 1)
    this.offsets = new Int32Array(long.length + 1)
    const frequency = countGrams(long)
    for (const one of distinct) {
      if (one.place === 'equals') this.exact.set(one.text, one)
      else if (one.text.length >= GRAM) this.enter(one, rarestOffset(one.text, frequency))
      else this.enterShort(one)
    }
  }

  private enterShort(one: Distinct): void {
    let offset = one.text.length - 1
    while (offset >= 0 && one.text.charCodeAt(offset) < 128) offset -= 1
    if (offset < 0) {
      this.short.push(one)
      return
    }
    const unit = one.text.charCodeAt(offset)
    const same = this.rare.get(unit)
    if (same === undefined) this.rare.set(unit, [{ one, offset }])
    else same.push({ one, offset })
  }

  private enter(one: Distinct, offset: number): void {
    const word = wordAt(one.text, offset)
    const slot = Math.imul(word, 0x9e3779b1) >>> this.shift
    const entry = this.entries.length
    this.entries.push(one)
    this.words[entry] = word
    this.offsets[entry] = offset
    this.nexts[entry] = this.heads[slot] ?? 0
    this.heads[slot] = entry
  }

  /** Calls `found` with the owners of each literal that stands in the text; stops when it answers true. */
  scan(text: string, found: (owners: readonly number[]) => boolean): boolean {
    const same = this.exact.get(text)
    if (same !== undefined && found(same.owners)) return true
    for (const one of this.short) if (stands(one, text) && found(one.owners)) return true
    if (this.rare.size > 0 && BEYOND_ASCII.test(text) && this.scanRare(text, found)) return true
    return this.entries.length > 1 && this.scanGrams(text, found)
  }

  private scanRare(text: string, found: (owners: readonly number[]) => boolean): boolean {
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at)
      if (unit < 128) continue
      for (const { one, offset } of this.rare.get(unit) ?? [])
        if (standsAt(one, text, at - offset) && found(one.owners)) return true
    }
    return false
  }

  private scanGrams(text: string, found: (owners: readonly number[]) => boolean): boolean {
    const { heads, shift, nexts, words } = this
    const { length } = text
    let word = 0
    for (let at = 0; at < length; at += 1) {
      word = (word << 8) | (text.charCodeAt(at) & 255)
      let entry = heads[Math.imul(word, 0x9e3779b1) >>> shift] ?? 0
      while (entry !== 0) {
        if (words[entry] === word && this.confirm(entry, text, at, found)) return true
        entry = nexts[entry] ?? 0
      }
    }
    return false
  }

  // Kept apart so that the loop above stays small; a hit is rare.
  // biome-ignore lint/complexity/useMaxParams: an options object would be made for every hit
  private confirm(
    entry: number,
    text: string,
    at: number,
    found: (owners: readonly number[]) => boolean,
  ): boolean {
    const one = this.entries[entry]
    const start = at - GRAM + 1 - (this.offsets[entry] ?? 0)
    if (one === undefined || !standsAt(one, text, start)) return false
    return found(one.owners)
  }
}

interface Distinct {
  readonly text: string
  readonly place: Place
  readonly owners: number[]
}

function distinctOf(literals: readonly Literal[]): Distinct[] {
  const known = new Map<string, Distinct>()
  for (const { text, place, owner } of literals) {
    const key = `${place}:${text}`
    const same = known.get(key)
    if (same === undefined) known.set(key, { text, place, owners: [owner] })
    else if (same.owners.at(-1) !== owner) same.owners.push(owner)
  }
  return [...known.values()]
}

function stands(one: Distinct, text: string): boolean {
  if (one.place === 'prefix') return text.startsWith(one.text)
  return one.place === 'suffix' ? text.endsWith(one.text) : text.includes(one.text)
}

function standsAt(one: Distinct, text: string, start: number): boolean {
  if (start < 0 || !text.startsWith(one.text, start)) return false
  if (one.place === 'prefix') return start === 0
  return one.place !== 'suffix' || start + one.text.length === text.length
}

function wordAt(text: string, at: number): number {
  let word = 0
  for (let step = 0; step < GRAM; step += 1) word = (word << 8) | (text.charCodeAt(at + step) & 255)
  return word
}

function countGrams(literals: readonly Distinct[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { text } of literals)
    for (let at = 0; at + GRAM <= text.length; at += 1) {
      const word = wordAt(text, at)
      counts.set(word, (counts.get(word) ?? 0) + 1)
    }
  return counts
}

/** What is rare among the literals is rare in the events too; longer texts win by having more to choose from. */
function rarestOffset(text: string, frequency: ReadonlyMap<number, number>): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at + GRAM <= text.length; at += 1) {
    const count = frequency.get(wordAt(text, at)) ?? 0
    if (count < least) {
      least = count
      best = at
    }
  }
  return best
}

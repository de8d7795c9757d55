/** Things by time, earliest first; of the same time, those first that came first. */
export class TimeHeap<T extends { readonly t: number }> {
  private readonly slots: { readonly item: T; readonly order: number }[] = []
  private order = 0

  get size(): number {
    return this.slots.length
  }

  /** The earliest time, Infinity when empty. */
  get next(): number {
    return this.slots[0]?.item.t ?? Number.POSITIVE_INFINITY
  }

  push(item: T): void {
    const slot = { item, order: this.order }
    this.order += 1
    let at = this.slots.length
    this.slots.push(slot)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = this.slots[parent]
      if (above === undefined || !isBefore(slot, above)) break
      this.slots[at] = above
      at = parent
    }
    this.slots[at] = slot
  }

  pop(): T | undefined {
    const top = this.slots[0]
    const last = this.slots.pop()
    if (top === undefined || last === undefined) return undefined
    if (this.slots.length > 0) this.sink(last)
    return top.item
  }

  /** Everything, in the order in which it would come out. */
  toList(): T[] {
    return [...this.slots].sort((a, b) => (isBefore(a, b) ? -1 : 1)).map((slot) => slot.item)
  }

  private sink(slot: { readonly item: T; readonly order: number }): void {
    let at = 0
    for (;;) {
      const left = at * 2 + 1
      const a = this.slots[left]
      if (a === undefined) break
      const b = this.slots[left + 1]
      const [least, place] = b !== undefined && isBefore(b, a) ? [b, left + 1] : [a, left]
      if (!isBefore(least, slot)) break
      this.slots[at] = least
      at = place
    }
    this.slots[at] = slot
  }
}

interface Slot {
  readonly item: { readonly t: number }
  readonly order: number
}

function isBefore(a: Slot, b: Slot): boolean {
  return a.item.t < b.item.t || (a.item.t === b.item.t && a.order < b.order)
}

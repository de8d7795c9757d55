import type { Item } from './group.ts'
import type { TimeHeap } from './heap.ts'

/** An item on its way into a group. */
export interface Held {
  readonly t: number
  readonly correlation: number
  readonly key: string
  readonly item: Item
}

/** The end of a deferred window. */
export interface Closing {
  readonly t: number
  readonly correlation: number
  readonly key: string
}

/** Takes out what is due and sorts it by correlation and group. */
export function drainInto(
  heap: TimeHeap<Held>,
  t: number,
  into: Map<number, Map<string, Item[]>>,
): void {
  while (heap.next <= t) {
    const held = heap.pop()
    if (held === undefined) return
    const keys = into.get(held.correlation) ?? new Map<string, Item[]>()
    into.set(held.correlation, keys)
    const items = keys.get(held.key)
    if (items === undefined) keys.set(held.key, [held.item])
    else items.push(held.item)
  }
}

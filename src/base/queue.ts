/** A first-in first-out queue with a bound; a full one makes the sender wait or tells it so. */
export interface BoundedQueue<T> {
  readonly size: number
  /** Adds when there is room; false when full or closed. */
  offer(item: T): boolean
  /** Adds, waiting for room. False when the queue was closed meanwhile. */
  put(item: T): Promise<boolean>
  /** Takes up to `max` items, waiting for the first; empty only after close. */
  take(max: number): Promise<T[]>
  /** No more items are accepted; those inside can still be taken. */
  close(): void
}

/** Makes a queue that holds at most `capacity` items. */
export function createQueue<T>(capacity: number): BoundedQueue<T> {
  const items: T[] = []
  let takers: (() => void)[] = []
  let putters: (() => void)[] = []
  let closed = false
  const wake = (list: (() => void)[]) => {
    for (const resume of list) resume()
  }
  const wakeTakers = () => {
    const list = takers
    takers = []
    wake(list)
  }
  const wakePutters = () => {
    const list = putters
    putters = []
    wake(list)
  }
  const offer = (item: T): boolean => {
    if (closed || items.length >= capacity) return false
    items.push(item)
    wakeTakers()
    return true
  }
  return {
    get size() {
      return items.length
    },
    offer,
    async put(item) {
      while (!offer(item)) {
        if (closed) return false
        await new Promise<void>((resolve) => putters.push(resolve))
      }
      return true
    },
    async take(max) {
      while (items.length === 0) {
        if (closed) return []
        await new Promise<void>((resolve) => takers.push(resolve))
      }
      const taken = items.splice(0, max)
      wakePutters()
      return taken
    },
    close() {
      closed = true
      wakeTakers()
      wakePutters()
    },
  }
}

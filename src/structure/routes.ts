import { canonicalHost } from '#shape/entity.ts'
import type { SourceRoute } from '#shape/route.ts'
import type { ReadContext } from './native.ts'

/** What a record says about where it belongs. */
interface Whereabouts {
  readonly host?: string
  readonly app?: string
}

/** Where a record belongs: the id of its source, and the family that the plan says it speaks. */
export interface Place {
  readonly source: string
  readonly family?: string
}

/** Finds the source of a record. */
export type Router = (context: ReadContext, record: Whereabouts) => Place

type Test = (context: ReadContext, record: Whereabouts) => boolean

/** Compiles the routes: most tests first, then order in the plan. Without a match the feed names the source. */
export function compileRoutes(routes: readonly SourceRoute[]): Router {
  const compiled = routes.map((route, order) => {
    const tests = testsOf(route)
    const place: Place = {
      source: route.id,
      ...(route.family === undefined ? {} : { family: route.family }),
    }
    return { order, tests, place }
  })
  // A route without any test would swallow everything; it names no records, so it finds none.
  const usable = compiled.filter(({ tests }) => tests.length > 0)
  usable.sort((a, b) => b.tests.length - a.tests.length || a.order - b.order)
  return (context, record) => {
    for (const { tests, place } of usable)
      if (tests.every((test) => test(context, record))) return place
    return { source: unplanned(context, record) }
  }
}

function testsOf(route: SourceRoute): Test[] {
  const tests: Test[] = []
  if (route.feed !== undefined) {
    const fits = glob(route.feed)
    tests.push(({ feed }) => fits(feed))
  }
  if (route.host !== undefined) {
    const fits = glob(route.host.toLowerCase())
    tests.push((context, record) => hostsOf(context, record).some(fits))
  }
  if (route.app !== undefined) {
    const fits = glob(route.app.toLowerCase())
    tests.push((context, record) => appsOf(context, record).some(fits))
  }
  return tests
}

/** Every name a host goes by: as logged, its first label, and what the transport saw. */
function hostsOf({ meta }: ReadContext, { host }: Whereabouts): string[] {
  const names = [host, meta['host'], meta['peer']].filter((one) => one !== undefined)
  return names.flatMap((name) => [name.toLowerCase(), canonicalHost(name)])
}

function appsOf({ meta }: ReadContext, { app }: Whereabouts): string[] {
  return [app, meta['sourcetype'], meta['index'], meta['app']].flatMap((name) =>
    name === undefined ? [] : [name.toLowerCase()],
  )
}

/** `*` matches any run of characters; without one the text must be equal. Linear in the text for each star. */
export function glob(pattern: string): (text: string) => boolean {
  const pieces = pattern.split('*')
  const [head = ''] = pieces
  const tail = pieces.at(-1) ?? ''
  if (pieces.length === 1) return (text) => text === pattern
  const middle = pieces.slice(1, -1)
  return (text) => {
    if (text.length < head.length + tail.length) return false
    if (!text.startsWith(head) || !text.endsWith(tail)) return false
    const end = text.length - tail.length
    let at = head.length
    for (const piece of middle) {
      const found = text.indexOf(piece, at)
      if (found === -1 || found + piece.length > end) return false
      at = found + piece.length
    }
    return true
  }
}

const MAX_SOURCE_CHARS = 64

/** Senders choose these names, so their length and letters are bounded. */
function unplanned(context: ReadContext, { host }: Whereabouts): string {
  if (!context.feed.startsWith('syslog')) return context.feed
  const name = host ?? context.meta['peer']
  if (name === undefined) return context.feed
  const clean = canonicalHost(name).replace(/[^a-z0-9._:-]/g, '_')
  return `syslog:${clean.slice(0, MAX_SOURCE_CHARS)}`
}

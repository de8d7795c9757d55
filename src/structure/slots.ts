import type { What, Where, Who } from '#shape/event.ts'
import { compileClosed, compileExpr, compilePairs } from './expression.ts'
import { endpointOf } from './ip.ts'
import type { Expr, Slots } from './mapping.ts'
import type { Instant } from './native.ts'
import { instantOf, type Scope, textOf } from './path.ts'

/** The meaning of a record while it is being filled in. */
export interface Draft {
  time: Instant | undefined
  end: Instant | undefined
  readonly who: Who
  readonly what: What
  readonly where: Where
}

/** Fills one slot of a draft. */
export type Write = (scope: Scope, draft: Draft) => void

/** Compiled slots by name; a later layer replaces the slots it names. */
export type Layer = ReadonlyMap<string, Write>

/** An empty draft: nothing known, class 0, severity 1. */
export function emptyDraft(): Draft {
  return {
    time: undefined,
    end: undefined,
    who: {},
    what: { classUid: 0, activityId: 0, action: '', outcome: 'unknown', severity: 1 },
    where: {},
  }
}

/** Longest text kept in a column; the whole value stays in the fields. */
const MAX_COLUMN_CHARS = 4_096

/** Compiles the slots of a base, row or case. */
export function compileSlots(slots: Slots): Layer {
  return new Map([
    ...whenWrites(slots.when),
    ...whoWrites(slots.who),
    ...whatWrites(slots.what),
    ...whereWrites(slots.where),
  ])
}

type Entries = [string, Write][]

function whenWrites(when: Slots['when']): Entries {
  const entries: Entries = []
  if (when?.time !== undefined) {
    const read = compileExpr(when.time)
    entries.push([
      'time',
      (scope, draft) => {
        draft.time = instantOf(read(scope), scope.context)
      },
    ])
  }
  if (when?.end !== undefined) {
    const read = compileExpr(when.end)
    entries.push([
      'end',
      (scope, draft) => {
        draft.end = instantOf(read(scope), scope.context)
      },
    ])
  }
  return entries
}

function whoWrites(who: Slots['who']): Entries {
  if (!who) return []
  const entries = [
    ...texts(['user', 'userId', 'domain', 'session'], who, (key, text, draft) => {
      draft.who[key] = text
    }),
    ...texts(['user', 'userId', 'domain'], who.target ?? {}, (key, text, draft) => {
      draft.who.target ??= {}
      draft.who.target[key] = text
    }).map(([name, write]): [string, Write] => [`target.${name}`, write]),
  ]
  if (who.kind !== undefined) {
    const read = compileClosed(who.kind)
    entries.push([
      'kind',
      (scope, draft) => {
        const kind = read(scope)
        // The vocabulary is closed by the type of the mapping.
        if (typeof kind === 'string') draft.who.kind = kind as NonNullable<Who['kind']>
      },
    ])
  }
  return entries
}

function whatWrites(what: Slots['what']): Entries {
  if (!what) return []
  const entries = texts(['action', 'object', 'code'], what, (key, text, draft) => {
    draft.what[key] = text
  })
  if (what.ocsf !== undefined) {
    const read = compilePairs(what.ocsf)
    entries.push([
      'ocsf',
      (scope, draft) => {
        const pair = read(scope)
        if (!Array.isArray(pair)) return
        draft.what.classUid = Number(pair[0])
        draft.what.activityId = Number(pair[1])
      },
    ])
  }
  if (what.outcome !== undefined) {
    const read = compileClosed(what.outcome)
    entries.push([
      'outcome',
      (scope, draft) => {
        const outcome = read(scope)
        // The vocabulary is closed by the type of the mapping.
        if (typeof outcome === 'string') draft.what.outcome = outcome as What['outcome']
      },
    ])
  }
  if (what.severity !== undefined) {
    const read = compileClosed(what.severity)
    entries.push([
      'severity',
      (scope, draft) => {
        const severity = read(scope)
        if (typeof severity === 'number') draft.what.severity = severity
      },
    ])
  }
  return entries
}

function whereWrites(where: Slots['where']): Entries {
  if (!where) return []
  return [
    ...texts(['host', 'region', 'account', 'country', 'url'], where, (key, text, draft) => {
      draft.where[key] = text
    }),
    ...addresses(where),
    ...ports(where),
  ]
}

function addresses(where: NonNullable<Slots['where']>): Entries {
  const entries: Entries = []
  for (const side of ['src', 'dst'] as const) {
    const expr = where[`${side}Ip`]
    if (expr === undefined) continue
    const read = compileExpr(expr)
    entries.push([
      `${side}Ip`,
      (scope, draft) => {
        const endpoint = endpointOf(textOf(read(scope)) ?? '')
        if (!endpoint) return
        draft.where[`${side}Ip`] = endpoint.ip
        if (endpoint.port !== undefined) draft.where[`${side}Port`] ??= endpoint.port
      },
    ])
  }
  return entries
}

function ports(where: NonNullable<Slots['where']>): Entries {
  const entries: Entries = []
  for (const key of ['srcPort', 'dstPort'] as const) {
    const expr = where[key]
    if (expr === undefined) continue
    const read = compileExpr(expr)
    entries.push([
      key,
      (scope, draft) => {
        const text = textOf(read(scope))
        const port = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
        if (port <= 65_535) draft.where[key] = port
      },
    ])
  }
  return entries
}

function texts<K extends string>(
  keys: readonly K[],
  slots: { readonly [key in K]?: Expr },
  write: (key: K, text: string, draft: Draft) => void,
): Entries {
  const entries: Entries = []
  for (const key of keys) {
    const expr = slots[key]
    if (expr === undefined) continue
    const read = compileExpr(expr)
    entries.push([
      key,
      (scope, draft) => {
        const text = textOf(read(scope))
        if (text !== undefined) write(key, short(text), draft)
      },
    ])
  }
  return entries
}

function short(text: string): string {
  return text.length <= MAX_COLUMN_CHARS ? text : `${text.slice(0, MAX_COLUMN_CHARS)}…`
}

/** Slots that a message may name. */
export const DRAFT_READERS: Readonly<
  Record<string, (draft: Draft) => string | number | undefined>
> = {
  user: ({ who }) => who.user,
  userId: ({ who }) => who.userId,
  domain: ({ who }) => who.domain,
  targetUser: ({ who }) => who.target?.user,
  action: ({ what }) => what.action || undefined,
  outcome: ({ what }) => (what.outcome === 'unknown' ? undefined : what.outcome),
  object: ({ what }) => what.object,
  code: ({ what }) => what.code,
  srcIp: ({ where }) => where.srcIp,
  srcPort: ({ where }) => where.srcPort,
  dstIp: ({ where }) => where.dstIp,
  dstPort: ({ where }) => where.dstPort,
  host: ({ where }) => where.host,
  account: ({ where }) => where.account,
  region: ({ where }) => where.region,
  country: ({ where }) => where.country,
  url: ({ where }) => where.url,
}

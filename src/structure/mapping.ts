import type { OutcomeWord, UserKind } from '#shape/event.ts'

/*
 * The mapping form. One family of logs is one `FamilyMap`: data, no procedure. It is compiled once into closures
 * (compile.ts). The order of work on one native record is
 *   1. `texts`: the first row whose pattern matches adds its named groups to the fields,
 *   2. `alias`: names that rules use are added to the fields,
 *   3. slots: base slots, overlaid by the slots of the matching text row, overlaid by each matching case.
 */

/**
 * Where a value comes from: `a.b|c.d:lower|'lit'`.
 *
 * - alternatives are separated by `|`; the first that gives something wins; `''`, `'-'`, `'N/A'` and null are nothing
 * - `a.b` walks objects; keys that contain dots are matched greedily (`{"a.b": 1}` works)
 * - `x[*].y` every element (first non-empty wins in a scalar slot), `x[0]`, `x[key=val].y` the elements whose `key` is `val`
 * - `'text'` is a literal
 * - `$host $app $pid $text $time $feed $received` and `$meta.event` read the envelope and the transport's meta
 * - `:fn` pipes the value through a function of functions.ts: `:lower :ip :s :ms :us :ns :iso :utc :arn-name :user-of …`
 */
type PathExpr = string

/**
 * A choice by value. `of` is read as text; `map` is looked up first (exact), then `match` in order, then `else`.
 * `empty` is given when `of` gives nothing (without `empty`, nothing is given). T are plain values, not expressions.
 */
export interface Choice<T> {
  readonly of: PathExpr
  readonly map?: Readonly<Record<string, T>>
  readonly match?: readonly (readonly [RegExp, T])[]
  readonly else?: T
  readonly empty?: T
}

/**
 * Text put together: `{date}T{time}[{tz}]`. Braces hold path expressions; a part in square brackets is left out when one
 * of its values is missing; a missing value outside of brackets makes the whole give nothing.
 */
interface Template {
  readonly template: string
}

/** One way to fill an open slot. */
type Way = PathExpr | Choice<string> | Template

/** An open slot: an expression, a choice, a template, or a list of which the first that gives something wins. */
export type Expr = Way | readonly Way[]

/** A slot with a closed vocabulary: a plain value is a constant; paths go through `of` of a choice. */
export type Closed<T extends string | number> = T | Choice<T> | readonly (T | Choice<T>)[]

/** OCSF class_uid and activity_id. Names for the common ones are in ocsf.ts. */
export type Pair = readonly [classUid: number, activityId: number]

/** As Closed, for the class and activity. In a list the first entry must be a choice. */
export type PairSlot = Pair | Choice<Pair> | readonly [Choice<Pair>, ...(Choice<Pair> | Pair)[]]

/** Slots for somebody acted upon. */
interface TargetSlots {
  readonly user?: Expr
  readonly userId?: Expr
  readonly domain?: Expr
}

/**
 * What a mapping fills. The compiler coerces by slot: `time` and `end` understand ISO 8601, epochs by magnitude,
 * CLF, RFC 3164 and others without a pipe; `srcIp`/`dstIp` keep only addresses (`1.2.3.4:80`, `[::1]:80`, `::ffff:1.2.3.4`
 * are cleaned); ports must be 0 to 65535; everything else becomes text.
 */
export interface Slots {
  readonly when?: { readonly time?: Expr; readonly end?: Expr }
  readonly who?: {
    readonly user?: Expr
    readonly userId?: Expr
    readonly domain?: Expr
    readonly kind?: Closed<UserKind>
    readonly session?: Expr
    readonly target?: TargetSlots
  }
  readonly what?: {
    readonly ocsf?: PairSlot
    /** The native operation, verbatim. */
    readonly action?: Expr
    readonly outcome?: Closed<OutcomeWord>
    /** OCSF severity_id 0 to 6. Default 1, informational. */
    readonly severity?: Closed<number>
    readonly object?: Expr
    readonly code?: Expr
  }
  readonly where?: {
    readonly srcIp?: Expr
    readonly srcPort?: Expr
    readonly dstIp?: Expr
    readonly dstPort?: Expr
    /** Machine that logged it. Default `$host`; `"''"` for cloud services, where it would be the forwarder. */
    readonly host?: Expr
    readonly region?: Expr
    readonly account?: Expr
    readonly country?: Expr
    readonly url?: Expr
  }
  /**
   * One line for people: `sshd: failed password for {user}[ from {srcIp}][ port {srcPort}]`. In braces a slot
   * (`user userId domain targetUser action outcome object code srcIp srcPort dstIp dstPort host account region country url`)
   * or else a path expression. A part in square brackets is left out when one of its values is missing.
   */
  readonly message?: string
}

/** A row for text: when `match` matches, its named groups become fields and its slots overlay the base. */
interface TextRow extends Slots {
  readonly match: RegExp
}

/** Rows of one program. First match wins; the groups are tried in order until one row matches. */
export interface TextRows {
  /** Text the rows look at; default `$text`. */
  readonly of?: PathExpr
  /** Apps these rows are for (lower case, exact); absent = any. */
  readonly apps?: readonly string[]
  readonly rows: readonly TextRow[]
}

/** Slots by discriminator: the slots under the exact text value of `of` overlay the base; else those of `else`. */
export interface Cases {
  readonly of: PathExpr
  readonly is: Readonly<Record<string, Slots>>
  readonly else?: Slots
}

/** How a family knows its records by content. All given tests must hold. */
export interface Recognise {
  /** Names of formats (`json`, `winlog`, `syslog`, `text`, `journald`, `kv`, `cef` …) it may come in; absent = any. */
  readonly formats?: readonly string[]
  /** Paths that must all give something. */
  readonly keys?: readonly PathExpr[]
  /** Paths of which at least one must give something. */
  readonly some?: readonly PathExpr[]
  /** Text of a path must match: `{ 'Channel': /^Security$/i }`. */
  readonly values?: Readonly<Record<PathExpr, RegExp>>
  /** App name of the envelope, lower case, exact. */
  readonly apps?: readonly string[]
  /** Text must match. Keep it anchored and cheap. */
  readonly text?: RegExp
}

/** An entry of Sigma's logsource that this family satisfies: a rule fits when every part it names is equal here. */
export interface LogSource {
  readonly product?: string
  readonly service?: string
  readonly category?: string
}

/** A family of logs as data: `families/<id>/index.ts` exports one, `as const satisfies FamilyMap`. */
export interface FamilyMap extends Slots {
  /** `vendor.kind`, lower case. */
  readonly id: string
  /** One sentence for people. */
  readonly summary: string
  readonly logsources: readonly LogSource[]
  /** Alternatives; one must hold. */
  readonly recognise: readonly Recognise[]
  /** Recognised earlier when lower: 10 = unmistakable, 50 = usual, 90 = catches the rest. Ties by id. */
  readonly rank: number
  readonly texts?: readonly TextRows[]
  readonly cases?: readonly Cases[]
  /** Field names for named groups (a group name cannot hold `-` or `.`): `{ cs_method: 'cs-method' }`. */
  readonly rename?: Readonly<Record<string, string>>
  /** Names that rules use and the native record lacks: `{ ResultType: 'resultType' }`; never overwrite a native name. */
  readonly alias?: Readonly<Record<string, Expr>>
}

import type { Micros } from '#base/clock.ts'
import type { Finding } from '#shape/finding.ts'
import type { LedgerRow } from '#shape/health.ts'
import type { Incident } from '#shape/incident.ts'
import type { Run, RunStatus } from '#shape/run.ts'

/** What a person or token may do. */
export const ROLES = ['admin', 'analyst', 'viewer'] as const

/** One of the roles. */
type Role = (typeof ROLES)[number]

/** A person who may sign in. */
export interface User {
  readonly id: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly created: Micros
}

/** A program's key as shown: never the secret itself. */
export interface ApiToken {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly createdBy: string
  readonly created: Micros
  /** 0 when never used. */
  readonly lastUsed: Micros
  /** 0 while valid. */
  readonly revoked: Micros
  /** 0 when it never expires. */
  readonly expires: Micros
}

/** One line of the audit trail. `hash` covers `previous` and the line. */
export interface AuditRow {
  readonly seq: number
  readonly time: Micros
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly previous: string
  readonly hash: string
}

/** Sums of the ledger over a span. received = stored + dropped + dead. */
export interface LedgerTotals extends Omit<LedgerRow, 'minute'> {
  readonly firstMinute: number
  readonly lastMinute: number
}

/** The part of SourceFacts that the ledger knows. */
export interface LedgerFacts {
  readonly source: string
  readonly received: number
  readonly bytes: number
  readonly stored: number
  readonly dead: number
  readonly dropped: number
  readonly events: number
  readonly findings: number
  /** Received per minute for the last 60 minutes of the span, oldest first. */
  readonly perMinute: readonly number[]
}

/** Detector state with the journal position it reflects. */
interface Snapshot {
  readonly position: number
  readonly version: string
  readonly bytes: Uint8Array
}

/** How often a rule found, and when last (event time and detection time). */
interface RuleCount {
  readonly ruleId: string
  readonly count: number
  readonly alerts: number
  readonly lastTime: Micros
  readonly lastDetected: Micros
}

/** Progress of the pipeline and what it counted. */
export interface SpanStore {
  /** In one transaction adds the rows to the ledger (counters by source and minute) and moves the position. A position at or below the kept one changes nothing (false): the span was counted before. */
  commitSpan(span: {
    name?: string
    position: number
    ledger: readonly LedgerRow[]
  }): Promise<boolean>
  /** Seq that the named pipeline (default `pipeline`) goes on from; 0 at the start. */
  position(name?: string): Promise<number>
}

/** Snapshots by name. */
export interface SnapshotStore {
  put(name: string, snapshot: Snapshot): Promise<void>
  get(name: string): Promise<Snapshot | undefined>
}

/** Which findings to list; newest detection first. */
export interface FindingFilter {
  /** Span of event time, from inclusive, to exclusive. */
  readonly from?: Micros
  readonly to?: Micros
  readonly ruleId?: string
  readonly source?: string
  readonly incidentId?: string
  readonly kind?: Finding['kind']
  readonly limit?: number
}

/** Findings, kept once by id. */
export interface FindingStore {
  /** Keeps those not kept before and gives them. */
  addNew(findings: readonly Finding[]): Promise<Finding[]>
  get(id: string): Promise<Finding | undefined>
  getMany(ids: readonly string[]): Promise<Finding[]>
  list(filter?: FindingFilter): Promise<Finding[]>
  /** The ids among these that are kept already. */
  known(ids: readonly string[]): Promise<Set<string>>
  /** Per rule what was detected since. */
  countByRule(since: Micros): Promise<RuleCount[]>
  /** Alerts per UTC day of detection, `2026-01-31`, oldest first, days without alerts left out. */
  alertsPerDay(since: Micros): Promise<{ day: string; count: number }[]>
}

/** Which incidents to list; last updated first. */
export interface IncidentFilter {
  readonly status?: Incident['status']
  /** Words that must all be in title, story, owner, entities or id, case ignored. */
  readonly text?: string
  readonly limit?: number
}

/** Incidents with their entities indexed. */
export interface IncidentStore {
  get(id: string): Promise<Incident | undefined>
  /** The incident that this id was merged into, or the one with this id. */
  resolve(id: string): Promise<Incident | undefined>
  list(filter?: IncidentFilter): Promise<Incident[]>
  put(incident: Incident): Promise<void>
  /** Open incidents whose last finding is at `since` or later and that name any of these `kind:id` keys. */
  openSharing(entityKeys: readonly string[], since: Micros): Promise<Incident[]>
  /** Keeps new findings and changed incidents in one transaction: after a crash there are both or none. Incidents named in `merged` of a kept one lead to it from then on, with their findings; one that is still open is removed. Gives the findings that were not kept before. */
  saveAbsorbed(work: {
    newFindings: readonly Finding[]
    incidents: readonly Incident[]
  }): Promise<Finding[]>
  /** Findings of alerts that no incident holds: empty unless something went wrong. */
  orphans(limit?: number): Promise<Finding[]>
  countOpen(): Promise<number>
}

/** Playbook runs. */
export interface RunStore {
  get(id: string): Promise<Run | undefined>
  put(run: Run): Promise<void>
  /** Puts only when the kept run still has this `updated`; false when somebody else was faster. */
  putIf(run: Run, updated: Micros): Promise<boolean>
  list(filter?: { incidentId?: string; status?: RunStatus; limit?: number }): Promise<Run[]>
}

/** Who did what: append-only, each line chained to the one before. */
export interface AuditStore {
  append(entry: {
    actor: string
    action: string
    subject: string
    detail?: Readonly<Record<string, unknown>>
  }): Promise<AuditRow>
  /** Newest first. */
  list(filter?: { limit?: number; before?: number; subject?: string }): Promise<AuditRow[]>
  /** Walks the whole chain. `brokenAt` is the seq of the first line that does not fit. */
  verify(): Promise<{ ok: true; rows: number } | { ok: false; brokenAt: number; reason: string }>
}

/** What was counted. */
export interface LedgerStore {
  /** Rows with from <= minute < to (epoch minutes), by minute then source. */
  rows(filter: { from: number; to: number; source?: string; limit?: number }): Promise<LedgerRow[]>
  totals(filter: { from: number; to: number; source?: string }): Promise<LedgerTotals[]>
  /** Per source of the span, and zeros for wanted sources that sent nothing. */
  facts(filter: { from: number; to: number; sources?: readonly string[] }): Promise<LedgerFacts[]>
  /** Forgets minutes before; gives the number of rows. */
  dropBefore(minute: number): Promise<number>
}

/** Who may come in. Secrets are kept as hashes only. */
export interface AccessStore {
  listUsers(): Promise<User[]>
  getUser(id: string): Promise<User | undefined>
  /** Makes or changes the user with this id (made from the name when absent). */
  putUser(user: { id?: string; name: string; roles: readonly Role[] }): Promise<User>
  /** Removes the user with sessions and codes. */
  removeUser(id: string): Promise<boolean>
  /** A secret that signs this user in once, until `ttlMs` from now. */
  createSignInCode(userId: string, ttlMs: number): Promise<string>
  /** Uses up a code; undefined when unknown, used or expired. Two callers never both succeed. */
  redeemSignInCode(code: string): Promise<User | undefined>
  /** A secret that stands for this user until `ttlMs` from now. */
  createSession(userId: string, ttlMs: number): Promise<string>
  /** The user of a valid session; notes the use at most once a minute. */
  findSession(secret: string): Promise<User | undefined>
  endSession(secret: string): Promise<void>
  createToken(token: {
    name: string
    scopes: readonly string[]
    createdBy: string
    /** Valid for this long; for ever when absent. */
    ttlMs?: number
  }): Promise<{ token: ApiToken; secret: string }>
  /** The valid token with this secret; notes the use at most once a minute. */
  findToken(secret: string): Promise<ApiToken | undefined>
  listTokens(): Promise<ApiToken[]>
  revokeToken(id: string): Promise<boolean>
  /** The secret that log shippers send; made on first use. Kept readable for the person who configures them. */
  intakeToken(): Promise<string>
  rotateIntakeToken(): Promise<string>
  /** Removes what has expired; gives the number of rows. */
  dropExpired(): Promise<number>
}

/** Small values by key. */
export interface SettingStore {
  get(key: string): Promise<unknown>
  put(key: string, value: unknown): Promise<void>
}

/** Everything that is not an event. One SQLite file; other processes may open it at the same time. */
export interface StateStore {
  readonly spans: SpanStore
  readonly snapshots: SnapshotStore
  readonly findings: FindingStore
  readonly incidents: IncidentStore
  readonly runs: RunStore
  readonly audit: AuditStore
  readonly ledger: LedgerStore
  readonly access: AccessStore
  readonly settings: SettingStore
  close(): Promise<void>
}

import type { Finding } from '#shape/finding.ts'
import type { LedgerRow } from '#shape/health.ts'
import type { Incident } from '#shape/incident.ts'
import type { PlanReport, SourceReport } from '#shape/report.ts'
import type { Run } from '#shape/run.ts'
import type { SearchQuery, SearchResult, SearchRow } from '#shape/search.ts'
import type { Principal, Role, TokenInfo, TokenRequest } from './contract/access.ts'
import type { AuditEntry, AuditQuery } from './contract/audit.ts'
import type { FindingQuery } from './contract/finding.ts'
import type { CloseRequest, IncidentQuery } from './contract/incident.ts'
import type { DeadLetter, DeadLetterQuery, LedgerQuery } from './contract/ledger.ts'
import type { RuleList } from './contract/rule.ts'
import type { RunQuery } from './contract/run.ts'
import type { LiveEvent, Status } from './contract/status.ts'

/** A page of a long list. `next` is opaque to serve and absent on the last page. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly total: number
  readonly next?: string
}

/** A request to one of the intake dialects, its body as received: nothing decoded, at most 64 MiB. */
export interface IntakeRequest {
  readonly method: string
  /** Path without the query string. */
  readonly path: string
  /** Of a repeated name the last value. */
  readonly query: Readonly<Record<string, string>>
  readonly params: Readonly<Record<string, string>>
  /** Lower-case names; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Address of the peer. */
  readonly peer: string
}

/** What a dialect answers. */
export interface IntakeReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** One HTTP route of an intake dialect. It checks its own credentials and answers only after the journal has the records. */
export interface IntakeRoute {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** Fastify path: `/services/collector/event`, `/intake/:source`. */
  readonly path: string
  handle(request: IntakeRequest): Promise<IntakeReply>
}

/** A signed-in person: the token goes into the cookie, `expires` in epoch microseconds. */
export interface SessionGrant {
  readonly token: string
  readonly expires: number
  readonly name: string
  readonly role: Role
}

/** Sign-in and API tokens, durable and shared by all processes of the installation; only hashes are kept. */
export interface Access {
  /** A one-time sign-in code for the given person, good for `minutes` (default 15). */
  createCode(name: string, role: Role, minutes?: number): Promise<string>
  /** Trades a code for a session; undefined when unknown, used or expired. A code works once. */
  consumeCode(code: string): Promise<SessionGrant | undefined>
  /** Who holds this session; undefined when unknown, expired or signed out. */
  session(token: string): Promise<Principal | undefined>
  signOut(token: string): Promise<void>
  /** Who holds this API token; undefined when unknown, expired or revoked. */
  principalOfToken(secret: string): Promise<Principal | undefined>
  /** The secret is given once and kept only as a hash. */
  createToken(request: TokenRequest, by: string): Promise<TokenInfo & { readonly token: string }>
  listTokens(): Promise<readonly TokenInfo[]>
  /** False when there is no such token. */
  revokeToken(id: string): Promise<boolean>
}

/** Exactly what the API needs of the running system. Absent things are `undefined`; operator faults throw Failure. */
export interface System {
  readonly access: Access
  readonly intake: readonly IntakeRoute[]
  status(): Promise<Status>
  /** OpenMetrics text, ending in `# EOF`. */
  metrics(): Promise<string>
  readonly incidents: {
    list(query: IncidentQuery): Promise<Page<Incident>>
    get(id: string): Promise<Incident | undefined>
    /** Throws `api.conflict` when it is closed already. */
    close(id: string, request: CloseRequest, by: string): Promise<Incident | undefined>
    assign(id: string, owner: string, by: string): Promise<Incident | undefined>
  }
  readonly findings: {
    list(query: FindingQuery): Promise<Page<Finding>>
    get(id: string): Promise<Finding | undefined>
  }
  search(query: SearchQuery, signal: AbortSignal): Promise<SearchResult>
  event(id: string): Promise<SearchRow | undefined>
  sources(): Promise<readonly SourceReport[]>
  plan(): Promise<PlanReport>
  readonly runs: {
    list(query: RunQuery): Promise<Page<Run>>
    get(id: string): Promise<Run | undefined>
    /** Throws `api.conflict` unless it is waiting. */
    approve(id: string, by: string): Promise<Run | undefined>
    reject(id: string, reason: string, by: string): Promise<Run | undefined>
    /** Takes back what can be taken back. Throws `respond.refused` when nothing of it acted. */
    undo(id: string, by: string): Promise<Run | undefined>
  }
  rules(): Promise<RuleList>
  ledger(query: LedgerQuery): Promise<readonly LedgerRow[]>
  deadLetters(query: DeadLetterQuery): Promise<Page<DeadLetter>>
  readonly audit: {
    append(entry: Pick<AuditEntry, 'who' | 'what' | 'subject' | 'detail'>): Promise<void>
    list(query: AuditQuery): Promise<Page<AuditEntry>>
  }
  /** Calls the listener at each change until the returned function is called. The listener never throws. */
  subscribe(listener: (event: LiveEvent) => void): () => void
}

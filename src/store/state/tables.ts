import type { Generated } from 'kysely'

/** Columns of the state tables as they are in the file; JSON is text, times are epoch microseconds. */
export interface Tables {
  positions: { name: string; position: number }
  ledger: {
    source: string
    minute: number
    received: number
    bytes: number
    stored: number
    dropped: number
    dead: number
    events: number
    findings: number
    delay_sum_ms: number
    delay_max_ms: number
  }
  ledger_reasons: { source: string; minute: number; reason: string; count: number }
  snapshots: { name: string; position: number; version: string; bytes: Uint8Array }
  findings: {
    id: string
    kind: string
    rule_id: string
    source: string
    time: number
    detected: number
    body: string
  }
  incidents: {
    id: string
    status: string
    end_time: number
    updated: number
    search_text: string
    body: string
  }
  incident_entities: { entity_key: string; incident_id: string }
  incident_findings: { finding_id: string; incident_id: string }
  incident_merged: { id: string; into_id: string }
  runs: {
    id: string
    incident_id: string
    status: string
    created: number
    updated: number
    body: string
  }
  audit: {
    seq: number
    time: number
    actor: string
    action: string
    subject: string
    detail: string
    previous: string
    hash: string
  }
  users: { id: string; name: string; roles: string; created: number }
  sign_in_codes: { hash: string; user_id: string; expires: number }
  sessions: { hash: string; user_id: string; expires: number; last_used: number }
  tokens: {
    id: string
    hash: string
    name: string
    scopes: string
    created_by: string
    created: number
    last_used: Generated<number>
    revoked: Generated<number>
    expires: Generated<number>
  }
  settings: { key: string; value: string }
}

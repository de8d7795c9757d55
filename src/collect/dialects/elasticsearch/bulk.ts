import type { RawRecord } from '#base/journal.ts'
import { isObject, parseJsonObject } from '#base/json.ts'
import { cutAll } from '../../framing/cut-all.ts'
import { jsonFault } from '../../framing/json-check.ts'
import { createLineSplitter, KEEP_BYTES, type Line } from '../../framing/lines.ts'

const ACTIONS = ['create', 'delete', 'index', 'update'] as const

/** What one action of a bulk request came to. */
export interface BulkItem {
  readonly action: (typeof ACTIONS)[number]
  readonly index: string
  readonly id?: string
  /** Position of its record among the records of the request. */
  readonly recordAt: number
  /** Why the document could not be taken. */
  readonly fault?: string
}

type BulkRecord = Pick<RawRecord, 'bytes' | 'dead'> & { readonly meta: Record<string, string> }

/** The records of a bulk request and one item for each action; `ok: false` when an action line is malformed. */
export type Bulk =
  | { readonly ok: true; readonly records: BulkRecord[]; readonly items: BulkItem[] }
  | { readonly ok: false; readonly records: BulkRecord[]; readonly reason: string }

const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024

interface Action {
  readonly action: BulkItem['action']
  readonly index: string
  readonly id?: string
  readonly pipeline?: string
}

/**
 * Reads pairs of an action line and a document. Documents stay as received, their index goes into meta. A malformed action
 * refuses the whole request, as Elasticsearch does, and leaves one dead letter; a malformed document only itself. Undefined
 * for more than MAX_RECORDS lines.
 */
export function readBulk(body: Uint8Array, defaultIndex = ''): Bulk | undefined {
  const splitter = createLineSplitter({ maxLineBytes: MAX_DOCUMENT_BYTES })
  const lines = cutAll(splitter, body)
  if (!lines) return undefined
  const records: BulkRecord[] = []
  const items: BulkItem[] = []
  let at = 0
  while (at < lines.length) {
    const action = readAction(lines[at]?.bytes, defaultIndex)
    if (!action) return refuseAll(body, `Malformed action/metadata line [${at + 1}]`)
    const { pipeline: _, ...item } = { ...action, recordAt: records.length }
    if (action.action === 'delete') {
      items.push(item)
      at += 1
      continue
    }
    const document = lines[at + 1]
    if (!document) return refuseAll(body, 'The last action has no document')
    const record = recordOf(document, action)
    records.push(record)
    items.push(record.dead === undefined ? item : { ...item, fault: record.dead })
    at += 2
  }
  if (items.length === 0) return refuseAll(body, 'request body is required')
  return { ok: true, records, items }
}

function recordOf(document: Line, action: Action): BulkRecord {
  const dead = document.tooLong ? 'json.too-long' : jsonFault(document.bytes)
  const record = { bytes: document.bytes, meta: metaOf(action) }
  return dead === undefined ? record : { ...record, dead }
}

function refuseAll(body: Uint8Array, reason: string): Bulk {
  if (body.length === 0) return { ok: false, records: [], reason }
  return {
    ok: false,
    records: [{ bytes: body.slice(0, KEEP_BYTES), meta: {}, dead: 'bulk.malformed' }],
    reason,
  }
}

function readAction(bytes: Uint8Array | undefined, defaultIndex: string): Action | undefined {
  if (!bytes || bytes.length > 65_536) return undefined
  const parsed = parseJsonObject(Buffer.from(bytes).toString())
  if (!parsed.ok) return undefined
  const action = ACTIONS.find((name) => name in parsed.value)
  const details = action && parsed.value[action]
  if (!action || Object.keys(parsed.value).length !== 1 || !isObject(details)) return undefined
  const { _index: index, _id: id, pipeline } = details
  return {
    action,
    index: typeof index === 'string' ? index : defaultIndex,
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof pipeline === 'string' ? { pipeline } : {}),
  }
}

function metaOf(action: Action): Record<string, string> {
  return {
    index: action.index,
    ...(action.action === 'update' ? { action: 'update' } : {}),
    ...(action.id === undefined ? {} : { id: action.id }),
    ...(action.pipeline === undefined ? {} : { pipeline: action.pipeline }),
  }
}

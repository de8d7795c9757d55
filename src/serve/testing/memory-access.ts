import type { Clock } from '#base/clock.ts'
import { sha256 } from '#base/hash.ts'
import type { Ids } from '#base/ids.ts'
import type { Principal, Role, TokenInfo } from '../contract/access.ts'
import type { Access, SessionGrant } from '../system.ts'

const CODE_MINUTES = 15
const SESSION_DAYS = 7
const MINUTE = 60_000_000
const DAY = 24 * 60 * MINUTE

/** One sign-in code, session or API token as it is kept: never its secret, only the hash. */
interface AccessRecord {
  /** SHA-256 of the secret, hex: the key of the record. */
  readonly key: string
  readonly kind: 'code' | 'session' | 'token'
  /** Public id; for a token the one that revokes it. */
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly createdBy: string
  /** Epoch microseconds; `expires` 0 = never, `lastUsed` 0 = not yet. */
  readonly created: number
  readonly expires: number
  readonly lastUsed: number
}

/** Sign-in and API tokens in memory, under the contract of the durable ones: codes work once, sessions last 7 days. */
export function createMemoryAccess(clock: Clock, ids: Ids): Access & { kept(): string } {
  const records = createRecords()
  const alive = async (secret: string, kind: AccessRecord['kind']) => {
    const record = await records.get(sha256(secret))
    if (record?.kind !== kind) return undefined
    return record.expires === 0 || record.expires > clock.micros() ? record : undefined
  }
  const sweep = async (kind: AccessRecord['kind']) => {
    const now = clock.micros()
    for (const record of await records.list(kind))
      if (record.expires !== 0 && record.expires <= now) await records.remove(record.key)
  }
  const issue = async (
    prefix: string,
    of: Omit<AccessRecord, 'key' | 'id' | 'created' | 'lastUsed'>,
  ) => {
    const secret = `${prefix}${ids.secret(32)}`
    const record: AccessRecord = {
      ...of,
      key: sha256(secret),
      id: ids.next(of.kind),
      created: clock.micros(),
      lastUsed: 0,
    }
    await records.put(record)
    return { secret, record }
  }
  return {
    kept: () => JSON.stringify(records.all()),
    async createCode(name, role, minutes = CODE_MINUTES) {
      await sweep('code')
      const expires = clock.micros() + minutes * MINUTE
      return (await issue('', { kind: 'code', name, role, createdBy: name, expires })).secret
    },
    async consumeCode(code): Promise<SessionGrant | undefined> {
      const found = await alive(code, 'code')
      // Whoever removes the record owns the code: two browsers racing get one session between them.
      if (!found || !(await records.remove(found.key))) return undefined
      await sweep('session')
      const { name, role } = found
      const expires = clock.micros() + SESSION_DAYS * DAY
      const made = await issue('', { kind: 'session', name, role, createdBy: name, expires })
      return { token: made.secret, expires, name, role }
    },
    async session(token): Promise<Principal | undefined> {
      const found = await alive(token, 'session')
      return found && { name: found.name, role: found.role, via: 'session' }
    },
    async signOut(token) {
      await records.remove(sha256(token))
    },
    async principalOfToken(secret): Promise<Principal | undefined> {
      const found = await alive(secret, 'token')
      if (!found) return undefined
      const now = clock.micros()
      if (now - found.lastUsed > MINUTE) await records.put({ ...found, lastUsed: now })
      return { name: found.name, role: found.role, via: 'token' }
    },
    async createToken(request, by) {
      const expires = request.days === undefined ? 0 : clock.micros() + request.days * DAY
      const { name, role } = request
      const made = await issue('vdt_', { kind: 'token', name, role, createdBy: by, expires })
      return { ...infoOf(made.record), token: made.secret }
    },
    async listTokens() {
      return (await records.list('token')).map(infoOf)
    },
    async revokeToken(id) {
      const found = (await records.list('token')).find((record) => record.id === id)
      return found !== undefined && (await records.remove(found.key))
    },
  }
}

function createRecords() {
  const records = new Map<string, AccessRecord>()
  return {
    get: async (key: string) => records.get(key),
    put: async (record: AccessRecord) => {
      records.set(record.key, record)
    },
    remove: async (key: string) => records.delete(key),
    all: () => [...records.values()],
    list: async (kind: AccessRecord['kind']) =>
      [...records.values()].filter((record) => record.kind === kind),
  }
}

function infoOf(record: AccessRecord): TokenInfo {
  const { id, name, role, createdBy, created, expires, lastUsed } = record
  return {
    id,
    name,
    role,
    createdBy,
    created,
    ...(expires > 0 && { expires }),
    ...(lastUsed > 0 && { lastUsed }),
  }
}

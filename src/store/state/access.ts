import { type Kysely, sql } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { sha256 } from '#base/hash.ts'
import type { Ids } from '#base/ids.ts'
import { textsOf } from './body.ts'
import { type AccessStore, type ApiToken, ROLES, type User } from './contract.ts'
import type { Tables } from './tables.ts'

const INTAKE_TOKEN = 'intake-token'
/** A use is noted once in this time, so that reading does not write. */
const NOTE_EVERY_MICROS = 60_000_000

/** What access needs. */
export interface AccessParts {
  readonly db: Kysely<Tables>
  readonly clock: Clock
  readonly ids: Ids
}

/** Who may come in. Of every secret but the intake token only the SHA-256 is kept; they are random, so no salt is needed. */
export function createAccess(parts: AccessParts): AccessStore {
  return { ...userStore(parts), ...codeStore(parts), ...tokenStore(parts), ...intakeStore(parts) }
}

type UserPart = Pick<AccessStore, 'listUsers' | 'getUser' | 'putUser' | 'removeUser'>

function userStore({ db, clock, ids }: AccessParts): UserPart {
  return {
    async listUsers() {
      return (await db.selectFrom('users').selectAll().orderBy('name').execute()).map(userOf)
    },
    getUser: (id) => getUser(db, id),
    async putUser(user) {
      const id = user.id ?? ids.next('user')
      const row = { name: user.name, roles: JSON.stringify(user.roles) }
      const kept = await db
        .insertInto('users')
        .values({ id, ...row, created: clock.micros() })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .returningAll()
        .executeTakeFirstOrThrow()
      return userOf(kept)
    },
    async removeUser(id) {
      const result = await db.deleteFrom('users').where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}

type CodePart = Pick<
  AccessStore,
  | 'createSignInCode'
  | 'redeemSignInCode'
  | 'createSession'
  | 'findSession'
  | 'endSession'
  | 'dropExpired'
>

function codeStore({ db, clock, ids }: AccessParts): CodePart {
  return {
    async createSignInCode(userId, ttlMs) {
      const secret = ids.secret()
      const expires = clock.micros() + Math.round(ttlMs * 1000)
      await db
        .insertInto('sign_in_codes')
        .values({ hash: sha256(secret), user_id: userId, expires })
        .execute()
      return secret
    },
    async redeemSignInCode(code) {
      // Deleting is the test: of two callers only one finds the row.
      const row = await db
        .deleteFrom('sign_in_codes')
        .where('hash', '=', sha256(code))
        .returning(['user_id', 'expires'])
        .executeTakeFirst()
      if (row === undefined || row.expires <= clock.micros()) return undefined
      return getUser(db, row.user_id)
    },
    async createSession(userId, ttlMs) {
      const secret = ids.secret(32)
      const now = clock.micros()
      await db
        .insertInto('sessions')
        .values({
          hash: sha256(secret),
          user_id: userId,
          expires: now + Math.round(ttlMs * 1000),
          last_used: now,
        })
        .execute()
      return secret
    },
    async findSession(secret) {
      const hash = sha256(secret)
      const now = clock.micros()
      const row = await db
        .selectFrom('sessions')
        .select(['user_id', 'last_used'])
        .where('hash', '=', hash)
        .where('expires', '>', now)
        .executeTakeFirst()
      if (row === undefined) return undefined
      if (now - row.last_used > NOTE_EVERY_MICROS) {
        await tryNote(db.updateTable('sessions').set({ last_used: now }).where('hash', '=', hash))
      }
      return getUser(db, row.user_id)
    },
    async endSession(secret) {
      await db.deleteFrom('sessions').where('hash', '=', sha256(secret)).execute()
    },
    async dropExpired() {
      const now = clock.micros()
      const codes = await db
        .deleteFrom('sign_in_codes')
        .where('expires', '<=', now)
        .executeTakeFirst()
      const ended = await db.deleteFrom('sessions').where('expires', '<=', now).executeTakeFirst()
      return Number(codes.numDeletedRows + ended.numDeletedRows)
    },
  }
}

/** A use that cannot be noted keeps nobody out: on a full disk people must see what is wrong. The next use tries again. */
async function tryNote(note: { execute(): Promise<unknown> }): Promise<void> {
  await note.execute().catch(() => undefined)
}

type TokenPart = Pick<AccessStore, 'createToken' | 'findToken' | 'listTokens' | 'revokeToken'>

function tokenStore({ db, clock, ids }: AccessParts): TokenPart {
  return {
    async createToken({ name, scopes, createdBy, ttlMs }) {
      const secret = `vdt_${ids.secret(32)}`
      const row = await db
        .insertInto('tokens')
        .values({
          id: ids.next('token'),
          hash: sha256(secret),
          name,
          scopes: JSON.stringify(scopes),
          created_by: createdBy,
          created: clock.micros(),
          expires: ttlMs === undefined ? 0 : clock.micros() + Math.round(ttlMs * 1000),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      return { token: tokenOf(row), secret }
    },
    async findToken(secret) {
      const now = clock.micros()
      const row = await db
        .selectFrom('tokens')
        .selectAll()
        .where('hash', '=', sha256(secret))
        .where('revoked', '=', 0)
        .executeTakeFirst()
      if (row === undefined || (row.expires > 0 && row.expires <= now)) return undefined
      if (now - row.last_used > NOTE_EVERY_MICROS) {
        await tryNote(db.updateTable('tokens').set({ last_used: now }).where('id', '=', row.id))
        return tokenOf({ ...row, last_used: now })
      }
      return tokenOf(row)
    },
    async listTokens() {
      const rows = await db
        .selectFrom('tokens')
        .selectAll()
        .orderBy('created')
        .orderBy('id')
        .execute()
      return rows.map(tokenOf)
    },
    async revokeToken(id) {
      const result = await db
        .updateTable('tokens')
        .set({ revoked: clock.micros() })
        .where('id', '=', id)
        .where('revoked', '=', 0)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
  }
}

type IntakePart = Pick<AccessStore, 'intakeToken' | 'rotateIntakeToken'>

function intakeStore({ db, ids }: AccessParts): IntakePart {
  return {
    async intakeToken() {
      // Two processes that ask at once get the same one.
      const row = await db
        .insertInto('settings')
        .values({ key: INTAKE_TOKEN, value: ids.secret() })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({ value: sql<string>`settings.value` }),
        )
        .returning('value')
        .executeTakeFirstOrThrow()
      return row.value
    },
    async rotateIntakeToken() {
      const value = ids.secret()
      await db
        .insertInto('settings')
        .values({ key: INTAKE_TOKEN, value })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
        .execute()
      return value
    },
  }
}

async function getUser(db: Kysely<Tables>, id: string): Promise<User | undefined> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : userOf(row)
}

/** A role that this version does not know gives nothing. */
function userOf(row: Tables['users']): User {
  const held = textsOf(row.roles)
  return {
    id: row.id,
    name: row.name,
    roles: ROLES.filter((role) => held.includes(role)),
    created: row.created,
  }
}

interface TokenRow extends Omit<Tables['tokens'], 'last_used' | 'revoked' | 'expires'> {
  readonly last_used: number
  readonly expires: number
  readonly revoked: number
}

function tokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    scopes: textsOf(row.scopes),
    createdBy: row.created_by,
    created: row.created,
    lastUsed: row.last_used,
    revoked: row.revoked,
    expires: row.expires,
  }
}

import type { Clock } from '#base/clock.ts'
import type { Role } from '#serve/contract/access.ts'
import type { Access } from '#serve/index.ts'
import type { AccessStore, ApiToken } from '#store/index.ts'

const SESSION_MS = 7 * 24 * 60 * 60 * 1000
const DEFAULT_CODE_MINUTES = 15

/** Sign-in and API tokens over the state store, so that a verb of the CLI can make a link for the running server. */
export function createAccess(store: AccessStore, clock: Clock): Access {
  return {
    async createCode(name, role, minutes = DEFAULT_CODE_MINUTES) {
      const user = await store.putUser({ id: name, name, roles: [role] })
      return store.createSignInCode(user.id, minutes * 60_000)
    },
    async consumeCode(code) {
      const user = await store.redeemSignInCode(code)
      if (!user) return undefined
      const token = await store.createSession(user.id, SESSION_MS)
      const expires = clock.micros() + SESSION_MS * 1000
      return { token, expires, name: user.name, role: roleOf(user.roles) }
    },
    async session(token) {
      const user = await store.findSession(token)
      return user && { name: user.name, role: roleOf(user.roles), via: 'session' as const }
    },
    signOut: (token) => store.endSession(token),
    async principalOfToken(secret) {
      const token = await store.findToken(secret)
      return token && { name: token.name, role: roleOf(token.scopes), via: 'token' as const }
    },
    async createToken(request, by) {
      const made = await store.createToken({
        name: request.name,
        scopes: [request.role],
        createdBy: by,
        ...(request.days === undefined ? {} : { ttlMs: request.days * 24 * 60 * 60 * 1000 }),
      })
      return { ...tokenInfo(made.token), token: made.secret }
    },
    listTokens: async () =>
      (await store.listTokens()).filter((token) => token.revoked === 0).map(tokenInfo),
    revokeToken: (id) => store.revokeToken(id),
  }
}

/** The strongest of the named roles; the weakest when none is known, so that a mistake gives less, never more. */
function roleOf(names: readonly string[]): Role {
  if (names.includes('admin')) return 'admin'
  return names.includes('analyst') ? 'analyst' : 'viewer'
}

function tokenInfo(token: ApiToken) {
  const { id, name, createdBy, created, lastUsed, expires } = token
  return {
    id,
    name,
    role: roleOf(token.scopes),
    createdBy,
    created,
    ...(expires > 0 ? { expires } : {}),
    ...(lastUsed > 0 ? { lastUsed } : {}),
  }
}

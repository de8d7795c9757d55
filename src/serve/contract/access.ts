import { z } from 'zod'
import { listOf, MicrosValue } from './values.ts'

/** Roles, weakest first; each may do what the ones before it may. */
export const ROLES = ['viewer', 'analyst', 'admin'] as const

/** What somebody may do: read; work on incidents and runs; tokens and the audit trail. */
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

/** Who is asking, and what they may do. */
export const Principal = z.object({
  name: z.string(),
  role: Role,
  via: z.enum(['session', 'token']),
})
export type Principal = z.infer<typeof Principal>

/** An API token without its secret. */
export const TokenInfo = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  createdBy: z.string(),
  created: MicrosValue,
  expires: MicrosValue.exactOptional(),
  lastUsed: MicrosValue.exactOptional(),
})
export type TokenInfo = z.infer<typeof TokenInfo>

/** What a new token needs. */
export const TokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(100).describe('What it is for.'),
  role: Role,
  days: z
    .int()
    .min(1)
    .max(3650)
    .exactOptional()
    .describe('Days until it expires; never when absent.'),
})
export type TokenRequest = z.infer<typeof TokenRequest>

/** A new token: the only time its secret is shown. */
export const TokenCreated = TokenInfo.extend({ token: z.string() })

/** All API tokens. */
export const TokenList = z.object({ items: listOf(TokenInfo) })

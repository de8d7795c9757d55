import { z } from 'zod'
import {
  type ActionContext,
  CallUrl,
  defineAction,
  revealed,
  SecretValue,
  shownUrl,
} from '../../action.ts'
import { actFromError, actFromResponse } from '../../http.ts'

const input = z.strictObject({
  url: CallUrl.describe('Address to call.'),
  method: z.enum(['POST', 'PUT']).default('POST').describe('HTTP method.'),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'expected a header name'),
      z.union([SecretValue, z.string().regex(/^[\x20-\x7e]*$/, 'expected printable ASCII')]),
    )
    .default({})
    .describe('Further headers; secrets as ${env:NAME}.'),
  body: z.unknown().describe('What to send, as JSON.'),
  receiverDeduplicates: z
    .boolean()
    .default(false)
    .describe('The receiver honours Idempotency-Key, so a call may be repeated after a crash.'),
})
type Input = z.output<typeof input>

const MAX_PREVIEW = 2_000

/** Calls an address with a JSON body and an Idempotency-Key. */
export const webhook = defineAction({
  name: 'webhook',
  summary: 'Calls an address with a JSON body and an Idempotency-Key header.',
  input,
  needs: ['the address reachable; private ones listed in egress.allow'],
  reversible: false,
  fixed: ['url', 'method', 'headers'],
  isRepeatable: (wanted) => wanted.receiverDeduplicates,
  async dryRun(wanted) {
    const body = JSON.stringify(wanted.body ?? null, undefined, 2)
    const shown = body.length > MAX_PREVIEW ? `${body.slice(0, MAX_PREVIEW)}…` : body
    return [`${wanted.method} ${shownUrl(wanted.url)} with this body:`, ...shown.split('\n')]
  },
  probe: async () => ({ state: 'unknown', detail: 'a call leaves nothing to look at' }),
  act: (wanted, context) => send(wanted, context),
  verify: async () => ({ state: 'unknown', detail: 'the answer is all that can be seen' }),
})

async function send(wanted: Input, context: ActionContext) {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(wanted.headers)) headers[name] = revealed(value)
  try {
    const response = await context.egress.send({
      method: wanted.method,
      url: revealed(wanted.url),
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': context.key },
      body: JSON.stringify(wanted.body ?? null),
      maxBytes: 4_096,
    })
    return actFromResponse(response, `${wanted.method} ${shownUrl(wanted.url)}`)
  } catch (error) {
    return actFromError(error)
  }
}

import { z } from 'zod'
import { listOf } from './values.ts'

/** What went wrong and the way out. Source: RFC 9457; `code` and `hint` are Vedette's. */
export const Problem = z.object({
  type: z.literal('about:blank'),
  title: z.string().describe('The status in words.'),
  status: z.number(),
  code: z.string().describe('Stable failure code, `api.not-found`.'),
  detail: z.string(),
  hint: z.string().describe('What to do about it.'),
  details: listOf(z.string()).describe('One line for each thing that was wrong.'),
})
export type Problem = z.infer<typeof Problem>

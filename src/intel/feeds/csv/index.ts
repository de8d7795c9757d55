import { z } from 'zod'
import type { Feed } from '../../feed.ts'
import { readIndicators } from './read.ts'

/** Indicators out of a CSV file or a plain list. */
export const csv: Feed = {
  name: 'csv',
  summary: 'Indicators from a CSV file with a header, or from a plain list of values, one a line.',
  config: z.strictObject({ path: z.string().min(1).describe('The file.') }),
  read: readIndicators,
}

import type { HttpDialect } from './dialect.ts'
import { elasticsearchDialect } from './dialects/elasticsearch/index.ts'
import { intakeDialect } from './dialects/intake/index.ts'
import { otlpDialect } from './dialects/otlp/index.ts'
import { splunkHecDialect } from './dialects/splunk-hec/index.ts'

/** Every way of other systems to send over HTTP, alphabetical. */
export const DIALECTS: readonly HttpDialect[] = [
  elasticsearchDialect,
  intakeDialect,
  otlpDialect,
  splunkHecDialect,
]

import type { Routes } from './app.ts'
import { auditRoutes } from './routes/audit.ts'
import { eventRoutes } from './routes/event.ts'
import { findingRoutes } from './routes/finding.ts'
import { incidentRoutes } from './routes/incident.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { planRoutes } from './routes/plan.ts'
import { ruleRoutes } from './routes/rule.ts'
import { runRoutes } from './routes/run.ts'
import { sessionRoutes } from './routes/session.ts'
import { sourceRoutes } from './routes/source.ts'
import { statusRoutes } from './routes/status.ts'
import { streamRoutes } from './routes/stream.ts'
import { tokenRoutes } from './routes/token.ts'

/** Every noun of the API, alphabetical. */
export const ROUTES: readonly Routes[] = [
  auditRoutes,
  eventRoutes,
  findingRoutes,
  incidentRoutes,
  ledgerRoutes,
  planRoutes,
  ruleRoutes,
  runRoutes,
  sessionRoutes,
  sourceRoutes,
  statusRoutes,
  streamRoutes,
  tokenRoutes,
]

import { deepFreeze } from './load.ts'
import { PLAN_SCHEMA, type Plan } from './schema.ts'

/** The plan when there is no plan file: it protects nothing and therefore never judges anything green. */
export function defaultPlan(): Plan {
  const value = PLAN_SCHEMA.parse({ version: 1, name: 'no plan yet' })
  return deepFreeze({ ...value, path: '', lines: {} })
}

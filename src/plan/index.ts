/**
 * The plan says what is protected, from what, with which sources, for whom, and within which budget.
 *
 * In: plan.yaml and vedette.yaml as text; what the live data say (facts, rules, proofs, incidents).
 * Out: a frozen Plan or Config, or every problem at once with file, line and way out; the plan judged against live
 * data: blind spots, coverage, noise, obligations, one sentence of truth. Also the facts of ATT&CK 18.1.
 *
 * It never shows green for what it does not know, never reads live data itself, and never prints a secret.
 */
export { addressRange, canonicalAddress, createAddressSet, isAddressOrRange } from './addresses.ts'
export {
  mitigationsOf,
  TACTIC_ORDER,
  tacticOf,
  techniqueOf,
  techniquesOfTactic,
} from './attack.ts'
export {
  CONFIG_SCHEMA,
  type Config,
  type HostPort,
  loadConfig,
  parseHostPort,
} from './config.ts'
export { defaultPlan } from './default-plan.ts'
export { Duration, parseDuration, shortDuration } from './duration.ts'
export { matchesGlob } from './glob.ts'
export { judgePlan } from './judge/judge.ts'
export { loadChecked, loadPlan } from './load.ts'
export { type CheckedFile, type PlanProblem, problemAt, suggest } from './problem.ts'
export { planRoutes, wantedFields } from './routes.ts'
export {
  PLAN_SCHEMA,
  type Plan,
  type PlanTarget,
  planJsonSchema,
} from './schema.ts'
export {
  holdsSecretReference,
  isSecretReference,
  resolveSecret,
  type SecretSource,
  systemSecrets,
} from './secrets.ts'
export { type PlanLookup, planLookup } from './targets.ts'
export { planTemplate } from './template.ts'

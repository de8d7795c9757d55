// The detect room: decides what an event means.
//
// In:  rule files (Sigma, Sigma correlations and filters, baselines), indicators, structured events, watermarks.
// Out: findings, each with the reason in one sentence, the fields that decided, and an id that a replay gives again.
// Also: what is wrong with a rule file, line by line; what a silent source means; what a rule says of its own cases.
//
// It never reads a file, a clock or the network: it is a function of its inputs and of a state that it can write down.

export { testRuleCases } from './cases.ts'
export type { Detector, RuleProblem, RuleSet } from './contract.ts'
export { createDetector } from './detector.ts'
export { judgeSilence } from './kinds/silence/judge.ts'
export { RULE_KINDS } from './kinds.ts'
export { compileRules } from './rule-set.ts'

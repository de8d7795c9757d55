/**
 * Response answers incidents with playbooks: actions behind dry run, approval, idempotency key, probe, verify and undo.
 *
 * In: playbooks (YAML), incidents, decisions of people. Out: runs, journaled before and after every effect; the effects.
 *
 * It never acts without approval, never repeats what may have happened without looking, never blocks our own, and
 * never lets a secret or a text out of an incident decide where something goes.
 */
export { ACTIONS } from './actions.ts'
export { loadPlaybook, type Playbook } from './playbook.ts'
export { createResponder, type Responder } from './responder.ts'

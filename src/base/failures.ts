/** What one failure code means to HTTP, to the terminal and to the person who must act. */
export interface FailureKind {
  /** HTTP status when it crosses the API. */
  readonly status: number
  /** Process exit code: 2 wrong use or configuration, 3 could not complete. */
  readonly exit: 2 | 3
  /** The way out, in words for an operator. */
  readonly hint: string
}

/** Every coded failure, alphabetical. A code is never reused for another meaning. */
export const FAILURES = {
  'api.bad-request': { status: 400, exit: 2, hint: 'Correct the named field and send again.' },
  'api.busy': { status: 503, exit: 3, hint: 'Wait a moment and send again.' },
  'api.conflict': { status: 409, exit: 2, hint: 'Reload: somebody else changed this first.' },
  'api.forbidden': { status: 403, exit: 2, hint: 'Ask an administrator for the role.' },
  'api.internal': {
    status: 500,
    exit: 3,
    hint: 'This is a defect of Vedette: see its log and report it.',
  },
  'api.not-found': {
    status: 404,
    exit: 2,
    hint: 'Check the id; it may have been merged or expired.',
  },
  'api.too-large': { status: 413, exit: 2, hint: 'Send smaller requests.' },
  'api.unauthorized': { status: 401, exit: 2, hint: 'Run `vedette sign-in` for a new link.' },
  'api.unsupported-media': { status: 415, exit: 2, hint: 'Send JSON (application/json).' },
  'api.wrong-host': {
    status: 421,
    exit: 2,
    hint: 'Use an address of this server, or add the name to `hostnames` in vedette.yaml.',
  },
  'collect.port-taken': {
    status: 500,
    exit: 3,
    hint: 'Stop the other program or choose another port in vedette.yaml (`listen`).',
  },
  'collect.unreadable': {
    status: 500,
    exit: 3,
    hint: 'Check that the file exists and may be read.',
  },
  'config.invalid': { status: 400, exit: 2, hint: 'Correct the lines named above.' },
  'egress.blocked': {
    status: 502,
    exit: 3,
    hint: 'Add the host to `egress.allow` in vedette.yaml if this call is wanted.',
  },
  'egress.failed': { status: 502, exit: 3, hint: 'Check address, network and credentials.' },
  'files.exists': {
    status: 409,
    exit: 2,
    hint: 'Nothing was changed. Name another place, or move what is there away.',
  },
  'files.full': { status: 503, exit: 3, hint: 'Free disk space; intake goes on by itself.' },
  'files.unwritable': { status: 500, exit: 3, hint: 'Check owner and rights of the data folder.' },
  'plan.invalid': { status: 400, exit: 2, hint: 'Correct the lines named above.' },
  'respond.refused': { status: 409, exit: 2, hint: 'Read the reason; the run is kept.' },
  'rules.invalid': { status: 400, exit: 2, hint: 'Correct the rule; the others still run.' },
  'run.data-in-use': {
    status: 500,
    exit: 3,
    hint: 'Another Vedette uses this data folder. Stop it, or choose another with --data.',
  },
  'run.not-running': {
    status: 503,
    exit: 3,
    hint: 'Start it with `vedette up`, or name its data folder with --data.',
  },
  'store.engine-missing': {
    status: 500,
    exit: 3,
    hint: 'Install with optional dependencies (npm ci without --omit=optional) on Linux glibc or macOS.',
  },
  'store.failed': {
    status: 500,
    exit: 3,
    hint: 'See the log; the records are safe in the journal.',
  },
  'store.query-failed': {
    status: 400,
    exit: 3,
    hint: 'Narrow the time range or correct the query.',
  },
} as const satisfies Record<string, FailureKind>

/** A code out of the table. */
export type FailureCode = keyof typeof FAILURES

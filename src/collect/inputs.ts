import type { InputKind } from './input.ts'
import { evtxInput } from './inputs/evtx/index.ts'
import { fileInput } from './inputs/file/index.ts'
import { journaldInput } from './inputs/journald/index.ts'
import { stdinInput } from './inputs/stdin/index.ts'
import { syslogInput } from './inputs/syslog/index.ts'

/** Every way for records to come in, alphabetical. */
export const INPUTS: readonly InputKind[] = [
  evtxInput,
  fileInput,
  journaldInput,
  stdinInput,
  syslogInput,
]

import { bulk } from './formats/bulk/index.ts'
import { cef } from './formats/cef/index.ts'
import { evtx } from './formats/evtx/index.ts'
import { hec } from './formats/hec/index.ts'
import { journald } from './formats/journald/index.ts'
import { json } from './formats/json/index.ts'
import { kv } from './formats/kv/index.ts'
import { otlp } from './formats/otlp/index.ts'
import { syslog } from './formats/syslog/index.ts'
import { text } from './formats/text/index.ts'
import { winlog, winlogXml } from './formats/winlog/index.ts'
import { wrapped } from './formats/wrapped/index.ts'
import type { Format } from './native.ts'

/**
 * Every format, in the order in which those of a kind are tried: envelopes before what they hold, and what reads
 * anything (`json`, `text`) last. To add one, see README.md.
 */
export const FORMATS: readonly Format[] = [
  evtx,
  hec,
  otlp,
  journald,
  wrapped,
  winlog,
  bulk,
  json,
  winlogXml,
  cef,
  syslog,
  kv,
  text,
]

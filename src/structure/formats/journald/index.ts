import type { Inner, ObjectFormat } from '../../native.ts'
import { textOf } from '../../path.ts'
import { native } from '../../time.ts'

/** Entries of the systemd journal as JSON. Source: systemd.journal-fields(7), Journal JSON Format. */
export const journald: ObjectFormat = {
  kind: 'object',
  name: 'journald',
  summary: 'Entries of the systemd journal: journalctl -o json, systemd-journal-upload.',
  read(object) {
    const stamped = object['__REALTIME_TIMESTAMP'] !== undefined
    if (
      !('MESSAGE' in object) ||
      !(stamped || '_HOSTNAME' in object || 'SYSLOG_IDENTIFIER' in object)
    )
      return undefined
    const host = textOf(object['_HOSTNAME'])
    const app = textOf(object['SYSLOG_IDENTIFIER']) ?? textOf(object['_COMM'])
    const pid = textOf(object['_PID']) ?? textOf(object['SYSLOG_PID'])
    const micros =
      textOf(object['_SOURCE_REALTIME_TIMESTAMP']) ?? textOf(object['__REALTIME_TIMESTAMP'])
    const time = micros === undefined ? undefined : native(Number(micros))
    const inner: Inner = {
      inner: messageOf(object['MESSAGE']),
      extra: object,
      ...(host === undefined ? {} : { host }),
      ...(app === undefined ? {} : { app }),
      ...(pid === undefined ? {} : { pid }),
      ...(time === undefined ? {} : { time }),
    }
    return [inner]
  },
}

/** A message that is not UTF-8 comes as an array of byte values. */
function messageOf(message: unknown): string {
  if (!Array.isArray(message)) return textOf(message) ?? ''
  if (!message.every((byte) => Number.isInteger(byte))) return textOf(message) ?? ''
  return new TextDecoder().decode(Uint8Array.from(message, Number))
}

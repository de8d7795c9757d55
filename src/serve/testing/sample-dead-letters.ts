import type { DeadLetter } from '../contract/ledger.ts'

/** Records of the sample firewall that could not be read, newest first. */
export function sampleDeadLetters(now: number): DeadLetter[] {
  return [
    {
      id: '4-90211',
      source: 'edge-firewall',
      received: now - 6_000_000,
      reason: 'cisco.unknown-message',
      detail: '722051 is not a message that this family knows',
      raw: '<166>%ASA-6-722051: Group <staff> User <j.okafor> IP <198.51.100.9> Address assigned',
    },
    {
      id: '4-90007',
      source: 'edge-firewall',
      received: now - 19_000_000,
      reason: 'syslog.too-long',
      detail: 'cut after 65535 bytes',
      raw: `<166>%ASA-4-106023: ${'x'.repeat(400)}`,
    },
  ]
}

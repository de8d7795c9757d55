import type { Slots } from '../../mapping.ts'

/** NTSTATUS values of failed logons in words. Source: MS-ERREF §2.3.1. */
const NT_STATUS: Readonly<Record<string, string>> = {
  '0xc000005e': 'no logon server',
  '0xc0000064': 'no such user',
  '0xc000006a': 'bad password',
  '0xc000006c': 'password policy',
  '0xc000006d': 'bad user name or password',
  '0xc000006e': 'account restriction',
  '0xc000006f': 'outside of allowed hours',
  '0xc0000070': 'workstation not allowed',
  '0xc0000071': 'password expired',
  '0xc0000072': 'account disabled',
  '0xc00000dc': 'server in wrong state',
  '0xc0000133': 'clocks differ',
  '0xc000015b': 'logon type not granted',
  '0xc000018b': 'no trust account for the computer',
  '0xc000018c': 'trust failure',
  '0xc0000192': 'logon service not started',
  '0xc0000193': 'account expired',
  '0xc0000224': 'password must change',
  '0xc0000225': 'not found',
  '0xc0000234': 'account locked out',
  '0xc00002ee': 'unspecified error',
  '0xc0000413': 'not allowed on this machine',
}

/** Kerberos result codes in words. Source: RFC 4120 §7.5.9. */
const KERBEROS: Readonly<Record<string, string>> = {
  '0x1': 'client entry expired',
  '0x2': 'server entry expired',
  '0x3': 'version not supported',
  '0x6': 'no such user',
  '0x7': 'no such service',
  '0x8': 'several entries for the principal',
  '0x9': 'no key',
  '0xc': 'policy',
  '0xe': 'encryption type not supported',
  '0x12': 'account disabled, locked or expired',
  '0x17': 'password expired',
  '0x18': 'bad password',
  '0x19': 'pre-authentication required',
  '0x1b': 'user to user only',
  '0x1f': 'integrity check failed',
  '0x20': 'ticket expired',
  '0x22': 'replayed request',
  '0x25': 'clocks differ',
  '0x29': 'message modified',
  '0x3c': 'generic error',
}

/** A failure code as the reason of a failed logon; 4625 and 4776 carry the same codes. */
export const NT_STATUS_SLOTS: Readonly<Record<string, Slots>> = slotsOf(
  NT_STATUS,
  (words) => `{code} failed logon of {user}[ from {srcIp}] (${words})`,
)

/** A Kerberos result code as the reason why a ticket was refused. */
export const KERBEROS_SLOTS: Readonly<Record<string, Slots>> = slotsOf(
  KERBEROS,
  (words) => `{code} Kerberos request of {user}[ for {object}] failed[ from {srcIp}] (${words})`,
)

function slotsOf(
  table: Readonly<Record<string, string>>,
  message: (words: string) => string,
): Record<string, Slots> {
  const slots: Record<string, Slots> = {}
  for (const [code, words] of Object.entries(table)) slots[code] = { message: message(words) }
  return slots
}

import type { Slots } from '../../mapping.ts'

/** In the logon family the actor is who logs on or off: the Target fields. */
const WHO_LOGS_ON = {
  user: 'TargetUserName|TargetOutboundUserName',
  userId: 'TargetUserSid|TargetSid',
  domain: 'TargetDomainName',
  session: 'TargetLogonId',
  kind: {
    of: 'TargetUserSid|TargetSid',
    match: [
      [/^S-1-5-(?:18|19|20)$/, 'system'],
      [/^S-1-5-21-[\d-]+-500$/, 'admin'],
      [/^S-1-5-21-/, 'user'],
    ],
  },
} as const satisfies Slots['who']

/** Subject acts, Target is whose credentials are used. */
const WHO_BORROWS = {
  user: 'SubjectUserName',
  userId: 'SubjectUserSid',
  domain: 'SubjectDomainName',
  session: 'SubjectLogonId',
  target: { user: 'TargetUserName', userId: 'TargetSid', domain: 'TargetDomainName' },
} as const satisfies Slots['who']

const WHO_RECONNECTS = {
  user: 'AccountName',
  domain: 'AccountDomain',
  session: 'LogonID',
} as const satisfies Slots['who']

/** Logon, logoff, Kerberos, NTLM and session events of the Security log by event id. */
export const LOGON: Readonly<Record<string, Slots>> = {
  4624: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 1], outcome: 'success', object: 'WorkstationName|LogonProcessName' },
    message: '{code} logon of {user}[ from {srcIp}][ (type {LogonType})]',
  },
  4625: {
    // A failed logon names nobody's SID (S-1-0-0), which would join strangers.
    who: { ...WHO_LOGS_ON, userId: "''" },
    what: { ocsf: [3002, 1], outcome: 'failure', severity: 2, object: 'WorkstationName' },
    message: '{code} failed logon of {user}[ from {srcIp}][ ({SubStatus})]',
  },
  4634: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 2], outcome: 'success' },
    message: '{code} logoff of {user}[ (type {LogonType})]',
  },
  4647: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 2], outcome: 'success' },
    message: '{code} logoff by {user}',
  },
  4648: {
    who: WHO_BORROWS,
    what: { ocsf: [3002, 1], object: 'TargetServerName|TargetInfo' },
    message:
      '{code} {user} used the credentials of {targetUser}[ on {object}][ with {ProcessName}]',
  },
  4649: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 99], severity: 4 },
    message: '{code} replay attack detected on {user}',
  },
  4672: {
    what: { ocsf: [3003, 1], object: 'PrivilegeList' },
    message: '{code} special privileges for {user}',
  },
  4675: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 99] },
    message: '{code} SIDs filtered for {user}',
  },
  4768: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 3], object: 'ServiceName' },
    message: '{code} Kerberos ticket asked for by {user}[ from {srcIp}]',
  },
  4769: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 4], object: 'ServiceName' },
    message: '{code} Kerberos service ticket for {object} asked for by {user}[ from {srcIp}]',
  },
  4770: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 5], object: 'ServiceName' },
    message: '{code} Kerberos service ticket for {object} renewed by {user}[ from {srcIp}]',
  },
  4771: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 6], outcome: 'failure', severity: 2, object: 'ServiceName' },
    message: '{code} Kerberos pre-authentication of {user} failed[ from {srcIp}][ ({Status})]',
  },
  4772: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 3], outcome: 'failure' },
    message: '{code} Kerberos ticket refused to {user}[ from {srcIp}]',
  },
  4773: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 4], outcome: 'failure' },
    message: '{code} Kerberos service ticket refused to {user}[ from {srcIp}]',
  },
  4774: {
    who: { user: 'MappedName|ClientUserName' },
    what: { ocsf: [3002, 99] },
    message: '{code} account {user} mapped for logon',
  },
  4776: {
    who: WHO_LOGS_ON,
    what: {
      ocsf: [3002, 1],
      object: 'Workstation',
      outcome: [
        { of: 'Status:lower', map: { '0x0': 'success', '0x00000000': 'success' }, else: 'failure' },
      ],
    },
    message: '{code} NTLM credentials of {user} checked[ for {object}][ ({Status})]',
  },
  4777: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 1], outcome: 'failure', object: 'Workstation' },
    message: '{code} credentials of {user} refused[ for {object}]',
  },
  4778: {
    who: WHO_RECONNECTS,
    what: { ocsf: [3002, 1], object: 'ClientName' },
    message: '{code} session of {user} reconnected[ from {srcIp}][ ({ClientName})]',
  },
  4779: {
    who: WHO_RECONNECTS,
    what: { ocsf: [3002, 2], object: 'ClientName' },
    message: '{code} session of {user} disconnected[ from {srcIp}][ ({ClientName})]',
  },
  4800: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 99] },
    message: '{code} {user} locked the screen',
  },
  4801: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 99] },
    message: '{code} {user} unlocked the screen',
  },
  4802: { who: WHO_LOGS_ON, what: { ocsf: [3002, 99] }, message: '{code} screen saver of {user}' },
  4803: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 99] },
    message: '{code} screen saver of {user} ended',
  },
  4820: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 3], outcome: 'failure' },
    message: '{code} Kerberos ticket refused to {user} by access control[ from {srcIp}]',
  },
  4821: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3002, 4], outcome: 'failure' },
    message: '{code} Kerberos service ticket refused to {user} by access control[ from {srcIp}]',
  },
  4822: {
    who: { user: 'AccountName' },
    what: { ocsf: [3002, 1], outcome: 'failure' },
    message: '{code} NTLM logon of protected user {user} failed',
  },
  4825: {
    who: { user: 'AccountName', domain: 'AccountDomain' },
    what: { ocsf: [3002, 1], outcome: 'failure' },
    message: '{code} remote desktop refused to {user}[ from {srcIp}]',
  },
  4964: {
    who: WHO_LOGS_ON,
    what: { ocsf: [3003, 2], object: 'SidList' },
    message: '{code} special groups for {user}',
  },
  5379: {
    what: { ocsf: [3004, 2], object: 'TargetName' },
    message: '{code} {user} read stored credentials[ {object}]',
  },
  5380: {
    what: { ocsf: [3004, 2], object: 'SearchString' },
    message: '{code} {user} searched the credential vault',
  },
  5381: {
    what: { ocsf: [3004, 2] },
    message: '{code} {user} read vault credentials',
  },
  5382: {
    what: { ocsf: [3004, 2], object: 'Resource|SchemaFriendlyName' },
    message: '{code} {user} read vault credentials[ of {object}]',
  },
  5632: {
    who: { user: 'Identity|SubjectUserName', domain: 'SubjectDomainName' },
    what: { ocsf: [3002, 1], object: 'SSID' },
    message: '{code} wireless authentication[ of {user}][ to {object}]',
  },
  5633: {
    who: { user: 'Identity|SubjectUserName', domain: 'SubjectDomainName' },
    what: { ocsf: [3002, 1], object: 'InterfaceName' },
    message: '{code} wired authentication[ of {user}]',
  },
  6272: { ...networkPolicy('success'), message: '{code} network access granted to {user}' },
  6273: { ...networkPolicy('failure'), message: '{code} network access denied to {user}' },
  6278: { ...networkPolicy('success'), message: '{code} full network access granted to {user}' },
}

function networkPolicy(outcome: 'success' | 'failure'): Slots {
  return {
    who: { user: 'SubjectUserName', userId: 'SubjectUserSid', domain: 'SubjectDomainName' },
    what: { ocsf: [3002, 1], outcome, object: 'NASIdentifier|ClientName' },
  }
}

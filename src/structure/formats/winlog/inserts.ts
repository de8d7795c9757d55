/*
 * Names of the values that a writer gives in order only (Fluent Bit's StringInserts, Properties of Get-WinEvent).
 * Only events whose order is fixed by their manifest are listed; Windows adds new values at the end.
 */
const SUBJECT = 'SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId'
const TARGET = 'TargetUserName TargetDomainName TargetSid'
const MEMBER = `MemberName MemberSid ${TARGET} ${SUBJECT} PrivilegeList`
const ACCOUNT = `${TARGET} ${SUBJECT}`
const TASK = `${SUBJECT} TaskName TaskContent`
const LOGOFF = 'TargetUserSid TargetUserName TargetDomainName TargetLogonId'
const FILTER =
  'ProcessID Application Direction SourceAddress SourcePort DestAddress DestPort Protocol FilterRTID LayerName LayerRTID'

/** By event id of Microsoft-Windows-Security-Auditing. */
const SECURITY: Readonly<Record<number, string>> = {
  4624: `${SUBJECT} TargetUserSid TargetUserName TargetDomainName TargetLogonId LogonType LogonProcessName AuthenticationPackageName WorkstationName LogonGuid TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort ImpersonationLevel RestrictedAdminMode TargetOutboundUserName TargetOutboundDomainName VirtualAccount TargetLinkedLogonId ElevatedToken`,
  4625: `${SUBJECT} TargetUserSid TargetUserName TargetDomainName Status FailureReason SubStatus LogonType LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort`,
  4634: `${LOGOFF} LogonType`,
  4647: LOGOFF,
  4648: `${SUBJECT} LogonGuid TargetUserName TargetDomainName TargetLogonGuid TargetServerName TargetInfo ProcessId ProcessName IpAddress IpPort`,
  4656: `${SUBJECT} ObjectServer ObjectType ObjectName HandleId TransactionId AccessList AccessReason AccessMask PrivilegeList RestrictedSidCount ProcessId ProcessName ResourceAttributes`,
  4662: `${SUBJECT} ObjectServer ObjectType ObjectName OperationType HandleId AccessList AccessMask Properties AdditionalInfo AdditionalInfo2`,
  4663: `${SUBJECT} ObjectServer ObjectType ObjectName HandleId AccessList AccessMask ProcessId ProcessName ResourceAttributes`,
  4672: `${SUBJECT} PrivilegeList`,
  4688: `${SUBJECT} NewProcessId NewProcessName TokenElevationType ProcessId CommandLine TargetUserSid TargetUserName TargetDomainName TargetLogonId ParentProcessName MandatoryLabel`,
  4689: `${SUBJECT} Status ProcessId ProcessName`,
  4697: `${SUBJECT} ServiceName ServiceFileName ServiceType ServiceStartType ServiceAccount`,
  4698: TASK,
  4699: TASK,
  4700: TASK,
  4701: TASK,
  4702: `${SUBJECT} TaskName TaskContentNew`,
  4719: `${SUBJECT} CategoryId SubcategoryId SubcategoryGuid AuditPolicyChanges`,
  4720: `${ACCOUNT} PrivilegeList SamAccountName DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations PasswordLastSet AccountExpires PrimaryGroupId AllowedToDelegateTo OldUacValue NewUacValue UserAccountControl UserParameters SidHistory LogonHours`,
  4722: ACCOUNT,
  4723: `${ACCOUNT} PrivilegeList`,
  4724: ACCOUNT,
  4725: ACCOUNT,
  4726: `${ACCOUNT} PrivilegeList`,
  4728: MEMBER,
  4729: MEMBER,
  4732: MEMBER,
  4733: MEMBER,
  4740: ACCOUNT,
  4756: MEMBER,
  4757: MEMBER,
  4767: ACCOUNT,
  4768: `${TARGET} ServiceName ServiceSid TicketOptions Status TicketEncryptionType PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint`,
  4769: 'TargetUserName TargetDomainName ServiceName ServiceSid TicketOptions TicketEncryptionType IpAddress IpPort Status LogonGuid TransmittedServices',
  4771: 'TargetUserName TargetSid ServiceName TicketOptions Status PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint',
  4776: 'PackageName TargetUserName Workstation Status',
  5140: `${SUBJECT} ObjectType IpAddress IpPort ShareName ShareLocalPath AccessMask AccessList`,
  5145: `${SUBJECT} ObjectType IpAddress IpPort ShareName ShareLocalPath RelativeTargetName AccessMask AccessList AccessReason`,
  5156: FILTER,
  5157: FILTER,
}

/** By event id of the Service Control Manager. */
const SERVICES: Readonly<Record<number, string>> = {
  7036: 'param1 param2',
  7040: 'param1 param2 param3 param4',
  7045: 'ServiceName ImagePath ServiceType StartType AccountName',
}

const POWERSHELL: Readonly<Record<number, string>> = {
  4103: 'ContextInfo UserData Payload',
  4104: 'MessageNumber MessageTotal ScriptBlockText ScriptBlockId Path',
}

const TABLES: ReadonlyMap<string, Readonly<Record<number, string>>> = new Map([
  ['microsoft-windows-security-auditing', SECURITY],
  ['service control manager', SERVICES],
  ['microsoft-windows-powershell', POWERSHELL],
])

/** Older versions of an event that end earlier. */
const SHORTER: Readonly<Record<number, readonly number[]>> = {
  4624: [20, 21],

  4688: [8, 9],
}

/**
 * Names for `count` values in order; undefined when the event is not known or has fewer values than any of its
 * versions. More values than names: the rest stays nameless.
 */
export function insertNames(
  provider: string,
  eventId: number,
  count: number,
): string[] | undefined {
  const names = TABLES.get(provider.toLowerCase())?.[eventId]?.split(' ')
  if (!names) return undefined
  if (count >= names.length) return names
  return SHORTER[eventId]?.includes(count) ? names.slice(0, count) : undefined
}

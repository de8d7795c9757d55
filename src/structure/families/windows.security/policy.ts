import type { Slots } from '../../mapping.ts'

/** Filtering platform: one connection or packet. Direction says which end is the machine itself. */
function network(ocsf: readonly [number, number], words: string): Slots {
  return {
    what: {
      ocsf,
      object: 'Application|ProcessName',
      outcome: words.includes('blocked') ? 'failure' : 'success',
    },
    where: {
      srcIp: 'SourceAddress|SourceIp',
      srcPort: 'SourcePort',
      dstIp: 'DestAddress|DestinationIp',
      dstPort: 'DestPort|DestinationPort',
      host: 'Computer',
    },
    message: `{code} ${words}[ {srcIp}][:{srcPort}][ to {dstIp}][:{dstPort}][ by {object}]`,
  }
}

function policy(words: string, severity = 3): Slots {
  return {
    what: {
      ocsf: [3004, 3],
      severity,
      object: 'SubcategoryGuid|DomainName|ObjectName|TdoDirection',
    },
    message: `{code} [{user} ]${words}`,
  }
}

function rights(ocsf: readonly [number, number], words: string): Slots {
  return {
    who: {
      user: 'SubjectUserName',
      userId: 'SubjectUserSid',
      domain: 'SubjectDomainName',
      session: 'SubjectLogonId',
      target: { user: 'TargetSid', userId: 'TargetSid' },
    },
    what: { ocsf, object: 'PrivilegeList|AccessGranted|AccessRemoved' },
    message: `{code} {user} ${words} {targetUser}[: {object}]`,
  }
}

function firewall(words: string): Slots {
  return {
    what: { ocsf: [3004, 3], severity: 2, object: 'RuleName|ProfileChanged|SettingType' },
    message: `{code} firewall ${words}[ {object}]`,
  }
}

function log(ocsf: readonly [number, number], words: string): Slots {
  return { what: { ocsf, object: 'Channel' }, message: `{code} ${words}` }
}

/** Audit log, policy, trust, rights, firewall and filtering events of the Security log by event id. */
export const POLICY: Readonly<Record<string, Slots>> = {
  1100: log([1008, 7], 'event logging service shut down'),
  1101: log([1008, 99], 'audit events dropped by the transport'),
  1102: {
    what: { ocsf: [1008, 1], severity: 4, outcome: 'success', object: 'Channel' },
    message: '{code} {user} cleared the {object} log',
  },
  1104: log([1008, 99], 'security log is full'),
  1105: {
    what: { ocsf: [1008, 4], object: 'BackupPath|Channel' },
    message: '{code} event log archived[ to {BackupPath}]',
  },
  1108: log([1008, 99], 'event logging service failed on an event'),
  4608: log([1008, 6], 'Windows started'),
  4609: log([1008, 7], 'Windows shut down'),
  4610: {
    what: { ocsf: [1005, 1], object: 'AuthenticationPackageName' },
    message: '{code} authentication package {object} loaded',
  },
  4611: {
    what: { ocsf: [1005, 1], object: 'LogonProcessName' },
    message: '{code} logon process {object} registered',
  },
  4612: log([1008, 99], 'audit queue exhausted, events lost'),
  4614: {
    what: { ocsf: [1005, 1], object: 'NotificationPackageName' },
    message: '{code} notification package {object} loaded',
  },
  4615: log([1008, 99], 'invalid use of a local procedure call port'),
  4616: {
    what: { ocsf: [3004, 3], object: 'NewTime' },
    message: '{code} {user} changed the system time[ from {PreviousTime}][ to {NewTime}]',
  },
  4618: policy('monitored security pattern occurred', 4),
  4621: log([1008, 99], 'administrator recovered from a full security log'),
  4622: {
    what: { ocsf: [1005, 1], object: 'SecurityPackageName' },
    message: '{code} security package {object} loaded',
  },
  4704: rights([3005, 1], 'gave a right to'),
  4705: rights([3005, 2], 'took a right from'),
  4706: policy('created a trust to a domain'),
  4707: policy('removed a trust to a domain'),
  4713: policy('changed the Kerberos policy'),
  4714: policy('changed the data recovery policy'),
  4715: policy('changed the audit policy of an object'),
  4716: policy('changed a trusted domain'),
  4717: rights([3005, 1], 'gave system access to'),
  4718: rights([3005, 2], 'took system access from'),
  4719: policy('changed the audit policy', 4),
  4739: policy('changed the domain policy'),
  4817: policy('changed the audit settings of an object'),
  4826: log([1008, 6], 'boot configuration loaded'),
  4864: policy('name collision between trusts', 2),
  4865: policy('added trusted forest information'),
  4866: policy('removed trusted forest information'),
  4867: policy('changed trusted forest information'),
  4870: certificate('revoked a certificate'),
  4882: certificate('changed the permissions of the certificate service'),
  4886: certificate('asked for a certificate'),
  4887: certificate('was issued a certificate'),
  4888: certificate('was refused a certificate'),
  4890: certificate('changed the settings of the certificate service'),
  4899: certificate('changed a certificate template'),
  4900: certificate('changed the security of a certificate template'),
  4902: policy('created the per-user audit policy table', 1),
  4904: policy('registered a security event source', 1),
  4905: policy('unregistered a security event source', 1),
  4906: policy('changed the crash on audit failure value'),
  4907: policy('changed the audit settings of an object', 1),
  4908: policy('changed the special groups logon table'),
  4911: policy('changed the resource attributes of an object', 1),
  4912: policy('changed the per-user audit policy'),
  4913: policy('changed the central access policy of an object', 1),
  4944: firewall('policy in force at start'),
  4945: firewall('rule in force at start'),
  4946: firewall('rule added'),
  4947: firewall('rule changed'),
  4948: firewall('rule deleted'),
  4949: firewall('settings restored to default'),
  4950: firewall('setting changed'),
  4951: firewall('rule ignored for its version'),
  4953: firewall('rule could not be read'),
  4954: firewall('group policy changed'),
  4956: firewall('profile changed'),
  4957: firewall('rule not applied'),
  5024: firewall('started'),
  5025: firewall('stopped'),
  5030: firewall('failed to start'),
  5031: network([4001, 5], 'incoming connection blocked'),
  5033: firewall('driver started'),
  5058: key('used a key file'),
  5059: key('moved a key'),
  5061: key('did a cryptographic operation'),
  5146: network([4001, 5], 'packet blocked'),
  5147: network([4001, 5], 'packet blocked'),
  5148: network([4001, 5], 'denial of service attack detected, packets blocked'),
  5149: network([4001, 99], 'denial of service attack ended'),
  5150: network([4001, 5], 'packet blocked'),
  5151: network([4001, 5], 'packet blocked'),
  5152: network([4001, 5], 'packet blocked'),
  5153: network([4001, 5], 'packet blocked'),
  5154: network([4001, 7], 'listening allowed'),
  5155: network([4001, 5], 'listening blocked'),
  5156: network([4001, 1], 'connection allowed'),
  5157: network([4001, 5], 'connection blocked'),
  5158: network([4001, 7], 'bind to local port allowed'),
  5159: network([4001, 5], 'bind to local port blocked'),
}

function certificate(words: string): Slots {
  return {
    who: {
      user: 'SubjectUserName|Requester|CallerName',
      userId: 'SubjectUserSid',
      domain: 'SubjectDomainName',
      session: 'SubjectLogonId',
    },
    what: { ocsf: [3004, 3], severity: 2, object: 'Subject|TemplateInternalName|RequestId' },
    message: `{code} {user} ${words}[: {object}]`,
  }
}

function key(words: string): Slots {
  return {
    what: { ocsf: [3004, 2], object: 'KeyName' },
    message: `{code} {user} ${words}[: {object}]`,
  }
}

import type { Pair, Slots } from '../../mapping.ts'

function file(ocsf: Pair, words: string): Slots {
  return {
    what: { ocsf, object: 'TargetFilename|Image' },
    message: `{code} [{user} ]${words} {object}[ with {Image}]`,
  }
}

function wmi(object: string, words: string): Slots {
  return {
    what: { ocsf: [3004, 1], severity: 3, object },
    message: `{code} {user|userId} {Operation} ${words}[ {object}]`,
  }
}

/** Sysmon events by id. Source: the Sysmon 15 manifest. */
export const EVENTS: Readonly<Record<string, Slots>> = {
  1: {
    what: { ocsf: [1007, 1], object: 'Image' },
    message: '{code} {user|userId} started {CommandLine|Image}[ from {ParentImage}]',
  },
  2: file([1001, 6], 'changed the creation time of'),
  3: {
    what: {
      ocsf: { of: 'Initiated', match: [[/^false$/i, [4001, 1]]], else: [4001, 1] },
      object: 'Image',
    },
    where: {
      srcIp: 'SourceIp',
      srcPort: 'SourcePort',
      dstIp: 'DestinationIp',
      dstPort: 'DestinationPort',
      host: 'Computer',
      url: 'DestinationHostname',
    },
    message:
      '{code} {Image} connected[ from {srcIp}][ to {dstIp}][:{dstPort}][ ({DestinationHostname})]',
  },
  4: {
    what: { ocsf: [6002, 99], object: 'State' },
    message: '{code} Sysmon is {State}[ (version {EventData_Version|Version})]',
  },
  5: { what: { ocsf: [1007, 2], object: 'Image' }, message: '{code} {Image} ended' },
  6: {
    what: { ocsf: [1005, 1], object: 'ImageLoaded' },
    message: '{code} driver {object} loaded[ (signed by {Signature})]',
  },
  7: {
    what: { ocsf: [1005, 1], object: 'ImageLoaded' },
    message: '{code} {Image} loaded {object}[ (signed by {Signature})]',
  },
  8: {
    who: {
      user: 'SourceUser:user-of',
      domain: 'SourceUser:domain-of',
      target: { user: 'TargetUser:user-of', domain: 'TargetUser:domain-of' },
    },
    what: { ocsf: [1007, 4], severity: 3, object: 'TargetImage' },
    message: '{code} {SourceImage} started a thread in {TargetImage}',
  },
  9: {
    what: { ocsf: [1001, 2], severity: 3, object: 'Device' },
    message: '{code} {Image} read device {object} raw',
  },
  10: {
    who: {
      user: 'SourceUser:user-of',
      domain: 'SourceUser:domain-of',
      target: { user: 'TargetUser:user-of', domain: 'TargetUser:domain-of' },
    },
    what: { ocsf: [1007, 3], object: 'TargetImage' },
    message: '{code} {SourceImage} opened {TargetImage}[ with {GrantedAccess}]',
  },
  11: file([1001, 1], 'created'),
  12: {
    what: { ocsf: [201001, 99], object: 'TargetObject' },
    message: '{code} [{user} ]{EventType} {object}[ with {Image}]',
  },
  13: {
    what: { ocsf: [201002, 2], object: 'TargetObject' },
    message: '{code} [{user} ]set registry value {object}[ to {Details}][ with {Image}]',
  },
  14: {
    what: { ocsf: [201001, 5], object: 'TargetObject' },
    message: '{code} [{user} ]renamed {object}[ to {NewName}][ with {Image}]',
  },
  15: file([1001, 1], 'created stream'),
  16: {
    what: { ocsf: [3004, 3], severity: 3, object: 'Configuration' },
    message: '{code} Sysmon configuration changed[ to {object}]',
  },
  17: {
    what: { ocsf: [1001, 1], object: 'PipeName' },
    message: '{code} {Image} created pipe {object}',
  },
  18: {
    what: { ocsf: [1001, 14], object: 'PipeName' },
    message: '{code} {Image} connected to pipe {object}',
  },
  19: wmi('Name', 'WMI filter'),
  20: wmi('Destination|Name', 'WMI consumer'),
  21: wmi('Consumer', 'WMI filter to consumer binding'),
  22: {
    what: {
      ocsf: [4003, 1],
      object: 'QueryName',
      outcome: { of: 'QueryStatus', map: { 0: 'success' }, else: 'failure' },
    },
    message: '{code} {Image} asked DNS for {object}[: {QueryResults}]',
  },
  23: file([1001, 4], 'deleted (and archived)'),
  24: {
    who: { session: 'Session' },
    what: { ocsf: [1007, 99], object: 'Image' },
    message: '{code} {Image} changed the clipboard[ for {ClientInfo}]',
  },
  25: {
    what: { ocsf: [1007, 99], severity: 4, object: 'Image' },
    message: '{code} process tampering in {object}[ ({Type})]',
  },
  26: file([1001, 4], 'deleted'),
  27: blocked([1001, 1], 'writing executable'),
  28: blocked([1001, 4], 'shredding'),
  29: file([1001, 1], 'wrote executable'),
  255: {
    what: { ocsf: [6002, 99], severity: 3, outcome: 'failure', object: 'ID' },
    message: '{code} Sysmon error[ {ID}][: {Description}]',
  },
}

function blocked(ocsf: Pair, words: string): Slots {
  return {
    what: { ocsf, severity: 3, outcome: 'failure', object: 'TargetFilename' },
    message: `{code} blocked [{user} ]${words} {object}[ with {Image}]`,
  }
}

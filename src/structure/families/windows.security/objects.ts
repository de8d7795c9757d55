import type { Slots } from '../../mapping.ts'

/** Class of an object access by the kind of object. */
const ACCESS = {
  of: 'ObjectType:lower',
  map: {
    file: [1001, 14],
    key: [201001, 2],
    process: [1007, 3],
    token: [1007, 3],
    thread: [1007, 3],
    sam_user: [3004, 2],
    sam_alias: [3004, 2],
    sam_group: [3004, 2],
    sam_domain: [3004, 2],
    'sc_manager object': [201003, 1],
    'service object': [201003, 1],
  },
  else: [3004, 2],
} as const satisfies NonNullable<Slots['what']>['ocsf']

const OBJECT = 'ObjectName|ObjectType'

/** Processes, services, tasks, objects and shares in the Security log by event id. */
export const OBJECTS: Readonly<Record<string, Slots>> = {
  4656: {
    what: { ocsf: ACCESS, object: OBJECT },
    message: '{code} {user} asked for a handle to {object}[ with {ProcessName}]',
  },
  4657: {
    what: {
      ocsf: {
        of: 'OperationType',
        map: { '%%1904': [201002, 2], '%%1905': [201002, 3], '%%1906': [201002, 4] },
        else: [201002, 3],
      },
      object: 'ObjectName',
    },
    message: '{code} {user} set registry value {ObjectName}[\\{ObjectValueName}][ to {NewValue}]',
  },
  4658: { what: { ocsf: ACCESS, object: 'ProcessName|HandleId' }, message: '{code} handle closed' },
  4659: {
    what: { ocsf: ACCESS, object: OBJECT },
    message: '{code} {user} asked for a handle to delete {object}',
  },
  4660: {
    what: { ocsf: [1001, 4], object: 'ObjectName|HandleId' },
    message: '{code} {user} deleted an object[ with {ProcessName}]',
  },
  4661: {
    what: { ocsf: ACCESS, object: OBJECT },
    message: '{code} {user} asked for a handle to {object}',
  },
  4662: {
    what: { ocsf: [3004, 2], object: OBJECT },
    message: '{code} {user} did an operation on directory object {object}',
  },
  4663: {
    what: { ocsf: ACCESS, object: OBJECT },
    message: '{code} {user} accessed {object}[ with {ProcessName}]',
  },
  4664: {
    what: { ocsf: [1001, 1], object: 'LinkName' },
    message: '{code} {user} made hard link {object} to {FileName}',
  },
  4670: {
    what: { ocsf: [1001, 7], object: OBJECT },
    message: '{code} {user} changed the permissions of {object}',
  },
  4673: {
    what: { ocsf: [3003, 1], object: 'PrivilegeList|Service' },
    message: '{code} {user} used privilege {object}[ with {ProcessName}]',
  },
  4674: {
    what: { ocsf: [3003, 1], object: 'ObjectName|PrivilegeList' },
    message: '{code} {user} used a privilege on {object}[ with {ProcessName}]',
  },
  4688: {
    what: { ocsf: [1007, 1], object: 'NewProcessName' },
    who: {
      user: 'SubjectUserName',
      userId: 'SubjectUserSid',
      domain: 'SubjectDomainName',
      session: 'SubjectLogonId',
      target: { user: 'TargetUserName', domain: 'TargetDomainName' },
    },
    message: '{code} {user} started {CommandLine|NewProcessName}[ from {ParentProcessName}]',
  },
  4689: {
    what: { ocsf: [1007, 2], object: 'ProcessName' },
    message: '{code} {object} of {user} ended',
  },
  4690: { what: { ocsf: ACCESS, object: 'SourceHandleId' }, message: '{code} handle duplicated' },
  4691: {
    what: { ocsf: ACCESS, object: OBJECT },
    message: '{code} {user} reached {object} through another object',
  },
  4692: {
    what: { ocsf: [3004, 2], object: 'MasterKeyId' },
    message: '{code} {user} backed up a data protection key',
  },
  4693: {
    what: { ocsf: [3004, 2], object: 'MasterKeyId' },
    message: '{code} {user} recovered a data protection key',
  },
  4696: {
    what: { ocsf: [1007, 5], object: 'TargetProcessName' },
    message: '{code} primary token given to {object}',
  },
  4697: {
    what: { ocsf: [201004, 1], severity: 3, object: 'ServiceName' },
    message: '{code} {user} installed service {object}[ ({ServiceFileName})]',
  },
  4698: task([1006, 1], 'created'),
  4699: task([1006, 3], 'deleted'),
  4700: task([1006, 4], 'enabled'),
  4701: task([1006, 5], 'disabled'),
  4702: task([1006, 2], 'changed'),
  4703: {
    who: {
      user: 'SubjectUserName',
      userId: 'SubjectUserSid',
      domain: 'SubjectDomainName',
      session: 'SubjectLogonId',
      target: { user: 'TargetUserName', domain: 'TargetDomainName' },
    },
    what: { ocsf: [3003, 1], object: 'EnabledPrivilegeList|DisabledPrivilegeList' },
    message: '{code} {user} adjusted the token of {targetUser}[: {EnabledPrivilegeList}]',
  },
  4818: {
    what: { ocsf: ACCESS, object: OBJECT },
    message: '{code} staged access policy differs for {object}',
  },
  4985: {
    what: { ocsf: [1001, 3], object: 'ProcessName' },
    message: '{code} {user} changed a file transaction',
  },
  5136: directory([3004, 3], 'changed'),
  5137: directory([3004, 1], 'created'),
  5138: directory([3004, 1], 'restored'),
  5139: directory([3004, 5], 'moved'),
  5141: directory([3004, 4], 'deleted'),
  5140: {
    what: { ocsf: [1001, 14], object: 'ShareName' },
    message: '{code} {user} opened share {object}[ from {srcIp}]',
  },
  5142: {
    what: { ocsf: [3004, 1], object: 'ShareName' },
    message: '{code} {user} created share {object}[ ({ShareLocalPath})]',
  },
  5143: {
    what: { ocsf: [3004, 3], object: 'ShareName' },
    message: '{code} {user} changed share {object}',
  },
  5144: {
    what: { ocsf: [3004, 4], object: 'ShareName' },
    message: '{code} {user} deleted share {object}',
  },
  5145: {
    what: { ocsf: [1001, 14], object: 'RelativeTargetName|ShareName' },
    message: '{code} {user} accessed {ShareName}[\\{RelativeTargetName}][ from {srcIp}]',
  },
  5168: {
    what: { ocsf: [3002, 1], outcome: 'failure', object: 'SpnName' },
    message: '{code} service name check for {user} failed',
  },
  6416: {
    what: { ocsf: [5001, 1], object: 'DeviceDescription|DeviceId' },
    message: '{code} new device {object}',
  },
}

function task(ocsf: readonly [number, number], verb: string): Slots {
  return {
    what: { ocsf, object: 'TaskName' },
    message: `{code} {user} ${verb} scheduled task {object}`,
  }
}

function directory(ocsf: readonly [number, number], verb: string): Slots {
  return {
    what: { ocsf, object: 'ObjectDN|NewObjectDN|OldObjectDN' },
    message: `{code} {user} ${verb} directory object {object}[ ({AttributeLDAPDisplayName})]`,
  }
}

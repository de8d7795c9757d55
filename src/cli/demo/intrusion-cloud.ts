import { after } from './activity.ts'
import { COMPANY } from './company.ts'
import { type CloudCall, cloudtrail } from './records/cloudtrail.ts'
import type { DemoRecord, Moment } from './wire.ts'

const OBJECTS = 140

/** The stolen release key: who am I, what may I, a second key, the payroll exports, and then the lights out. */
export function robCloud(moment: Moment, ip: string): DemoRecord[] {
  const caller = {
    kind: 'user',
    name: 'ci-release',
    ip,
    agent: 'aws-cli/2.17.9 md/awscrt#0.20.11 ua/2.0 os/linux#6.8',
  } as const
  const call: Call = (seconds, what) => cloudtrail(after(moment, seconds), { ...what, caller })
  return [...lookAround(call), ...stay(call), ...download(call), ...hide(call)]
}

type Call = (seconds: number, what: Omit<CloudCall, 'caller'>) => DemoRecord

function lookAround(call: Call): DemoRecord[] {
  const asked = [
    'ListUsers',
    'ListRoles',
    'GetAccountAuthorizationDetails',
    'ListPolicies',
    'ListAccessKeys',
    'ListGroups',
  ]
  const refused = asked.flatMap((name, index) => [
    call(20 + index * 9, { service: 'iam', name, isRead: true, error: 'AccessDenied' }),
    call(24 + index * 9, {
      service: 'ec2',
      name: 'DescribeInstances',
      isRead: true,
      error: 'Client.UnauthorizedOperation',
    }),
    call(26 + index * 9, {
      service: 'secretsmanager',
      name: 'ListSecrets',
      isRead: true,
      error: 'AccessDeniedException',
    }),
  ])
  return [
    call(0, { service: 'sts', name: 'GetCallerIdentity', isRead: true }),
    ...refused,
    call(120, { service: 's3', name: 'ListBuckets', isRead: true }),
  ]
}

function stay(call: Call): DemoRecord[] {
  const userName = 'svc-reports'
  const accessKey = { userName, accessKeyId: 'AKIAEXAMPLE9Z3K7T2QD', status: 'Active' }
  const policyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  return [
    call(200, {
      service: 'iam',
      name: 'CreateAccessKey',
      input: { userName },
      output: { accessKey },
    }),
    call(300, { service: 'iam', name: 'AttachUserPolicy', input: { userName, policyArn } }),
  ]
}

function download(call: Call): DemoRecord[] {
  const bucketName = COMPANY.payrollBucket
  return Array.from({ length: OBJECTS }, (_, object) => {
    const month = String((object % 12) + 1).padStart(2, '0')
    return call(520 + object * 3, {
      service: 's3',
      name: 'GetObject',
      isData: true,
      isRead: true,
      input: { bucketName, key: `2026/${month}/run-${object}.csv` },
    })
  })
}

function hide(call: Call): DemoRecord[] {
  const input = { name: 'lindenhof-main' }
  return [
    call(1100, { service: 'cloudtrail', name: 'StopLogging', input }),
    call(1130, { service: 'cloudtrail', name: 'DeleteTrail', input }),
  ]
}

import { type Activity, after } from '../activity.ts'
import { CODERS, COMPANY } from '../company.ts'
import { type Caller, cloudtrail } from '../records/cloudtrail.ts'
import type { DemoRecord, Moment } from '../wire.ts'

const RUNNER = '198.51.100.150'
const SERVICE: Caller = {
  kind: 'role',
  name: 'ShopService',
  session: 'i-0a1b2c3d4e5f60718',
  ip: '198.51.100.160',
  agent: 'aws-sdk-java/2.29.6',
}
const RELEASE: Caller = {
  kind: 'user',
  name: 'ci-release',
  ip: RUNNER,
  agent: 'aws-cli/2.22.12 md/Botocore#1.35.0',
}

function developer(moment: Moment): Caller {
  const person = moment.chance.pick(CODERS)
  return {
    kind: 'role',
    name: 'AWSReservedSSO_Developer',
    session: person.user,
    ip: moment.chance.happens(0.6) ? COMPANY.officeIp : person.home,
    agent: 'Mozilla/5.0',
  }
}

function release(moment: Moment): DemoRecord[] {
  const bucketName = COMPANY.assetBucket
  return [
    cloudtrail(moment, {
      service: 's3',
      name: 'PutObject',
      caller: RELEASE,
      input: { bucketName, key: `app-${moment.chance.hex(7)}.js` },
      isData: true,
    }),
    cloudtrail(after(moment, 4), {
      service: 's3',
      name: 'GetObject',
      caller: RELEASE,
      input: { bucketName, key: 'manifest.json' },
      isData: true,
      isRead: true,
    }),
    cloudtrail(after(moment, 9), {
      service: 'ecs',
      name: 'UpdateService',
      caller: RELEASE,
      input: { cluster: 'shop', service: 'web' },
    }),
  ]
}

/** What the cloud account sees on ordinary days. */
export const CLOUD: readonly Activity[] = [
  {
    name: 'the shop reads its files',
    perHour: 7,
    rhythm: 'always',
    play: (moment) => [
      cloudtrail(moment, {
        service: 's3',
        name: 'GetObject',
        caller: SERVICE,
        input: { bucketName: COMPANY.assetBucket, key: 'catalogue.json' },
        isData: true,
        isRead: true,
      }),
    ],
  },
  {
    name: 'services take their roles',
    perHour: 4,
    rhythm: 'always',
    play: (moment) => [
      cloudtrail(moment, {
        service: 'sts',
        name: 'AssumeRole',
        caller: SERVICE,
        input: { roleArn: `arn:aws:iam::${COMPANY.awsAccount}:role/ShopService` },
        isRead: true,
      }),
    ],
  },
  {
    name: 'somebody looks around in the console',
    perHour: 7,
    rhythm: 'work',
    play: (moment) => [
      cloudtrail(moment, {
        service: 'ec2',
        name: moment.chance.pick([
          'DescribeInstances',
          'DescribeVolumes',
          'DescribeSecurityGroups',
        ]),
        caller: developer(moment),
        isRead: true,
      }),
    ],
  },
  {
    name: 'somebody may not',
    perHour: 0.5,
    rhythm: 'work',
    play: (moment) => [
      cloudtrail(moment, {
        service: 'iam',
        name: 'ListUsers',
        caller: developer(moment),
        isRead: true,
        error: 'AccessDenied',
      }),
    ],
  },
  { name: 'a version is released', perHour: 0.7, rhythm: 'work', play: release },
  {
    name: 'infrastructure code runs',
    perHour: 0.3,
    rhythm: 'work',
    play: (moment) => [
      cloudtrail(moment, {
        service: 'sts',
        name: 'GetCallerIdentity',
        caller: { ...RELEASE, agent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.8' },
        isRead: true,
      }),
      cloudtrail(after(moment, 20), {
        service: 'ec2',
        name: 'CreateTags',
        caller: { ...RELEASE, agent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.8' },
      }),
    ],
  },
]

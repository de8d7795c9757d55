import { COMPANY } from '../company.ts'
import { type DemoRecord, jsonRecord, type Moment } from '../wire.ts'

/** Who calls: a user with a key of its own, a role with a session, or a person who came by single sign-on. */
export interface Caller {
  readonly kind: 'user' | 'role'
  /** User name, or role name. */
  readonly name: string
  readonly session?: string
  readonly ip: string
  readonly agent: string
}

/** One call of the cloud's API. */
export interface CloudCall {
  readonly service: string
  readonly name: string
  readonly caller: Caller
  readonly input?: unknown
  readonly output?: unknown
  readonly error?: string
  readonly isRead?: boolean
  readonly isData?: boolean
}

/** A CloudTrail record. */
export function cloudtrail(moment: Moment, call: CloudCall): DemoRecord {
  const { time, chance } = moment
  return jsonRecord(moment, 'cloudtrail', {
    eventVersion: '1.11',
    userIdentity: identityOf(call.caller, time),
    eventTime: `${new Date(time).toISOString().slice(0, 19)}Z`,
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: 'eu-central-1',
    sourceIPAddress: call.caller.ip,
    userAgent: call.caller.agent,
    ...(call.error
      ? { errorCode: call.error, errorMessage: 'User is not authorized to perform this operation' }
      : {}),
    requestParameters: call.input ?? null,
    responseElements: call.output ?? null,
    requestID: chance.uuid(),
    eventID: chance.uuid(),
    readOnly: call.isRead ?? false,
    eventType: 'AwsApiCall',
    managementEvent: call.isData !== true,
    recipientAccountId: COMPANY.awsAccount,
    eventCategory: call.isData === true ? 'Data' : 'Management',
  })
}

function identityOf(caller: Caller, time: number): object {
  const account = COMPANY.awsAccount
  if (caller.kind === 'user')
    return {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLE7QK2V4LH5N',
      arn: `arn:aws:iam::${account}:user/${caller.name}`,
      accountId: account,
      accessKeyId: `AKIAEXAMPLE${caller.name
        .replaceAll(/[^a-z]/g, '')
        .toUpperCase()
        .slice(0, 9)}`,
      userName: caller.name,
    }
  const session = caller.session ?? caller.name
  return {
    type: 'AssumedRole',
    principalId: `AROAEXAMPLE3K7D2Q9PX:${session}`,
    arn: `arn:aws:sts::${account}:assumed-role/${caller.name}/${session}`,
    accountId: account,
    accessKeyId: 'ASIAEXAMPLE5P2J8MN4R',
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: 'AROAEXAMPLE3K7D2Q9PX',
        arn: `arn:aws:iam::${account}:role/${caller.name}`,
        accountId: account,
        userName: caller.name,
      },
      attributes: {
        creationDate: `${new Date(time - 900_000).toISOString().slice(0, 19)}Z`,
        mfaAuthenticated: 'false',
      },
    },
  }
}

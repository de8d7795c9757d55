import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

/** AWS CloudTrail management and data events. Source: CloudTrail record contents, event version 1.11. */
export const awsCloudtrail = {
  id: 'aws.cloudtrail',
  summary: 'AWS CloudTrail: every call to the AWS API and every console sign-in.',
  logsources: [{ product: 'aws', service: 'cloudtrail' }],
  rank: 20,
  recognise: [
    {
      keys: ['eventSource', 'eventName', 'userIdentity|awsRegion|eventVersion'],
      values: { eventSource: /^[a-z0-9.-]+\.[a-z]+$/ },
    },
    { keys: ['digestEndTime', 'digestS3Bucket'] },
    { keys: ['insightDetails.eventName', 'eventTime'] },
  ],
  alias: { eventName: 'insightDetails.eventName', eventSource: 'insightDetails.eventSource' },
  when: { time: 'eventTime|digestEndTime' },
  who: {
    user: [
      'userIdentity.userName|userIdentity.sessionContext.sessionIssuer.userName|userIdentity.invokedBy|additionalEventData.UserName',
      'userIdentity.arn:arn-name|userIdentity.onBehalfOf.userId|userIdentity.principalId|userIdentity.accountId|userIdentity.type',
    ],
    userId: 'userIdentity.principalId|userIdentity.arn',
    domain: 'userIdentity.accountId',
    kind: {
      of: 'userIdentity.type',
      map: {
        Root: 'admin',
        IAMUser: 'user',
        IdentityCenterUser: 'user',
        SAMLUser: 'user',
        WebIdentityUser: 'user',
        AssumedRole: 'other',
        Role: 'other',
        AWSService: 'system',
      },
      else: 'other',
    },
    session: 'userIdentity.accessKeyId',
    target: {
      user: 'requestParameters.userName|responseElements.user.userName|responseElements.accessKey.userName',
      userId: 'responseElements.user.userId',
    },
  },
  what: {
    ocsf: {
      of: 'eventName',
      match: [
        [
          /^(ConsoleLogin|CredentialVerification|UserAuthentication|SwitchRole|RenewRole|ExitRole)$/,
          OCSF.logon,
        ],
        [
          /^(AssumeRole\w*|GetFederationToken|GetSessionToken|GetCallerIdentity|CreateToken)$/,
          OCSF.authOther,
        ],
        [/^(Logout|UserLogout)$/, OCSF.logoff],
        [/^(CreateUser|CreateLoginProfile)$/, OCSF.accountCreate],
        [/^DeleteUser$/, OCSF.accountDelete],
        [/^(ChangePassword)$/, OCSF.passwordChange],
        [/^(UpdateLoginProfile|PasswordRecovery\w+)$/, OCSF.passwordReset],
        [/^(Attach|Put)(User|Role|Group)Policy$/, OCSF.policyAttach],
        [/^(Detach|Delete)(User|Role|Group)Policy$/, OCSF.policyDetach],
        [/^EnableMFADevice$/, OCSF.mfaEnable],
        [/^(DeactivateMFADevice|DeleteVirtualMFADevice)$/, OCSF.mfaDisable],
        [/^AddUserToGroup$/, OCSF.groupAddUser],
        [/^RemoveUserFromGroup$/, OCSF.groupRemoveUser],
        [/^CreateGroup$/, OCSF.groupCreate],
        [/^DeleteGroup$/, OCSF.groupDelete],
        [/^UpdateGroup$/, OCSF.groupOther],
        [
          /(AccessKey|SSHPublicKey|ServiceSpecificCredential|SigningCertificate|LoginProfile|AccountPasswordPolicy)s?$/,
          OCSF.accountOther,
        ],
        [/^UpdateUser$/, OCSF.accountOther],
        [/^(Create|Run|Add|Register|Import|Allocate|Upload|Request|Copy|Restore)/, OCSF.apiCreate],
        [
          /^(Get|List|Describe|Head|Lookup|BatchGet|Search|Scan|Query|Select|View|Check|Simulate|Test|Validate|Download|Export|Decrypt)/,
          OCSF.apiRead,
        ],
        [
          /^(Update|Modify|Set|Put|Attach|Enable|Associate|Change|Edit|Tag|Untag|Replace|Reset|Rotate|Authorize|Start|Reboot|Apply)/,
          OCSF.apiUpdate,
        ],
        [
          /^(Delete|Remove|Terminate|Detach|Disable|Revoke|Deregister|Disassociate|Cancel|Release|Stop|Purge|Schedule\w*Deletion)/,
          OCSF.apiDelete,
        ],
      ],
      else: OCSF.apiOther,
      empty: OCSF.other,
    },
    action: "eventName|'CloudTrailDigest'",
    outcome: [
      { of: 'errorCode|errorMessage', else: 'failure' },
      {
        of: 'responseElements.ConsoleLogin|responseElements.CredentialVerification|serviceEventDetails.CredentialVerification',
        map: { Failure: 'failure', Success: 'success' },
      },
      'success',
    ],
    object:
      'requestParameters.roleArn|requestParameters.policyArn|requestParameters.roleName|requestParameters.groupName|requestParameters.bucketName|requestParameters.secretId|requestParameters.keyId|requestParameters.functionName|requestParameters.groupId|requestParameters.instancesSet.items[0].instanceId|requestParameters.name|resources[*].ARN|resources[*].arn|requestParameters.userName|eventSource',
    code: 'errorCode',
  },
  where: {
    srcIp: 'sourceIPAddress',
    host: "''",
    region: 'awsRegion',
    account: 'recipientAccountId|userIdentity.accountId',
  },
  message:
    "aws: {user|'somebody'} {action}[ on {object}][ from {sourceIPAddress}][ failed: {errorCode}]",
} as const satisfies FamilyMap

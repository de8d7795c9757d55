import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

/**
 * Microsoft Entra sign-in logs in their three shapes: the envelope of diagnostic settings (`properties.*`), Microsoft Graph
 * (`createdDateTime`), and rows of Log Analytics (`TimeGenerated`). Source: Microsoft Graph, signIn resource.
 */
export const entraSignin = {
  id: 'entra.signin',
  summary:
    'Microsoft Entra sign-ins: interactive, non-interactive, service principals, managed identities.',
  logsources: [{ product: 'azure', service: 'signinlogs' }],
  rank: 20,
  recognise: [
    {
      values: { 'category|Category|Type': /SignInLogs?$/i },
      some: ['properties', 'UserPrincipalName', 'ResultType', 'resultType'],
    },
    {
      keys: [
        'createdDateTime',
        'status.errorCode',
        'userPrincipalName|servicePrincipalName|appDisplayName',
      ],
    },
    { keys: ['TimeGenerated', 'ResultType', 'AppDisplayName', 'IPAddress'] },
  ],
  // Sigma rules speak the names of Log Analytics.
  alias: {
    ResultType: 'resultType|properties.status.errorCode|status.errorCode',
    ResultDescription: 'resultDescription|properties.status.failureReason|status.failureReason',
    UserPrincipalName: 'properties.userPrincipalName|userPrincipalName',
    AppDisplayName: 'properties.appDisplayName|appDisplayName',
    AppId: 'properties.appId|appId',
    IPAddress: 'properties.ipAddress|callerIpAddress|ipAddress',
    ResourceDisplayName: 'properties.resourceDisplayName|resourceDisplayName',
    ResourceTenantId: 'properties.resourceTenantId|resourceTenantId',
    HomeTenantId: 'properties.homeTenantId|homeTenantId',
    ClientAppUsed: 'properties.clientAppUsed|clientAppUsed',
    ClientApp: 'properties.clientAppUsed|clientAppUsed',
    UserAgent: 'properties.userAgent|userAgent',
    ConditionalAccessStatus: 'properties.conditionalAccessStatus|conditionalAccessStatus',
    AuthenticationRequirement: 'properties.authenticationRequirement|authenticationRequirement',
    RiskState: 'properties.riskState|riskState',
    RiskLevelDuringSignIn: 'properties.riskLevelDuringSignIn|riskLevelDuringSignIn',
    Location: 'properties.location.countryOrRegion|location.countryOrRegion',
    Status: { of: 'ResultType', map: { 0: 'Success' }, else: 'Failure' },
    DeviceDetail: 'properties.deviceDetail|deviceDetail',
    NetworkLocationDetails: 'properties.networkLocationDetails|networkLocationDetails',
    // … and in places those of the diagnostic envelope.
    resultType: 'ResultType',
    callerIpAddress: 'IPAddress',
    conditionalAccessStatus: 'ConditionalAccessStatus',
    homeTenantId: 'HomeTenantId',
    resourceTenantId: 'ResourceTenantId',
    userAgent: 'UserAgent',
  },
  when: { time: 'time|TimeGenerated|createdDateTime|properties.createdDateTime|CreatedDateTime' },
  who: {
    user: 'UserPrincipalName|properties.servicePrincipalName|ServicePrincipalName|servicePrincipalName|properties.userDisplayName|identity|Identity',
    userId:
      'properties.userId|UserId|userId|properties.servicePrincipalId|ServicePrincipalId|servicePrincipalId',
    domain: 'UserPrincipalName:email-domain',
    kind: [
      {
        of: 'properties.servicePrincipalId|ServicePrincipalId|servicePrincipalId',
        else: 'service',
      },
      'user',
    ],
    session:
      'properties.sessionId|SessionId|sessionId|properties.correlationId|CorrelationId|correlationId',
  },
  what: {
    ocsf: OCSF.logon,
    action: "operationName|OperationName|'Sign-in activity'",
    outcome: { of: 'ResultType', map: { 0: 'success' }, else: 'failure' },
    severity: { of: 'RiskLevelDuringSignIn', map: { low: 2, medium: 3, high: 4 } },
    object: 'AppDisplayName|ResourceDisplayName',
    code: 'ResultType',
  },
  where: {
    srcIp: 'IPAddress',
    host: "''",
    country: 'Location|location',
    account: 'tenantId|AADTenantId|TenantId|HomeTenantId',
  },
  message:
    "entra: {user|'somebody'} signs in to {object|'an application'}: {outcome|'unknown'}[ from {srcIp}][ ({country})]",
} as const satisfies FamilyMap

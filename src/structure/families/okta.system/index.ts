import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

/** Okta System Log. Source: Okta System Log API, LogEvent object. */
export const oktaSystem = {
  id: 'okta.system',
  summary: 'Okta System Log: sign-ins, factors, life cycle of users, groups and applications.',
  logsources: [{ product: 'okta', service: 'okta' }],
  rank: 20,
  recognise: [
    {
      keys: ['eventType', 'actor.alternateId|actor.id|outcome.result'],
      some: ['published', 'displayMessage', 'legacyEventType', 'authenticationContext', 'target'],
      values: { eventType: /^[a-z][a-z0-9_]*\.[a-z0-9_.]+$/ },
    },
  ],
  when: { time: 'published' },
  who: {
    user: 'actor.alternateId|actor.displayName',
    userId: 'actor.id',
    kind: {
      of: 'actor.type',
      map: { User: 'user', SystemPrincipal: 'system', PublicClientApp: 'service' },
      else: 'other',
    },
    session: 'authenticationContext.externalSessionId',
    target: {
      user: 'target[type=User].alternateId|target[type=AppUser].alternateId',
      userId: 'target[type=User].id',
    },
  },
  what: {
    ocsf: {
      of: 'eventType',
      match: [
        [/^user\.(session\.(end|clear|expire)|authentication\.slo)/, OCSF.logoff],
        [/^user\.mfa\.factor\.(activate|update)/, OCSF.mfaEnable],
        [/^user\.mfa\.factor\.(deactivate|reset_all|suspend)/, OCSF.mfaDisable],
        [/^user\.(session\.|authentication\.|mfa\.)|^policy\.evaluate_sign_on/, OCSF.logon],
        [/^app\.generic\.unauth_app_access|^app\.oauth2\..*token\.grant/, OCSF.authOther],
        [/^user\.lifecycle\.create/, OCSF.accountCreate],
        [/^user\.lifecycle\.(activate|reactivate|unsuspend)/, OCSF.accountEnable],
        [/^user\.lifecycle\.(deactivate|suspend)/, OCSF.accountDisable],
        [/^user\.lifecycle\.delete/, OCSF.accountDelete],
        [/^user\.account\.lock/, OCSF.accountLock],
        [/^user\.account\.unlock/, OCSF.accountUnlock],
        [/^user\.account\.reset_password/, OCSF.passwordReset],
        [/^user\.account\.update_password/, OCSF.passwordChange],
        [/^(user|group)\.account\.privilege\.grant|^group\.privilege\.grant/, OCSF.accessAssign],
        [/^(user|group)\.account\.privilege\.revoke|^group\.privilege\.revoke/, OCSF.accessRevoke],
        [/^user\.(lifecycle|account)\./, OCSF.accountOther],
        [/^group\.user_membership\.add/, OCSF.groupAddUser],
        [/^group\.user_membership\.remove/, OCSF.groupRemoveUser],
        [/^group\.lifecycle\.create/, OCSF.groupCreate],
        [/^group\.lifecycle\.delete/, OCSF.groupDelete],
        [/^group\./, OCSF.groupOther],
        [/^application\.user_membership\.add/, OCSF.accessAssign],
        [/^application\.user_membership\.(remove|revoke)/, OCSF.accessRevoke],
        [/\.(create|add|activate)$/, OCSF.apiCreate],
        [/\.(delete|remove|revoke)$/, OCSF.apiDelete],
        [/\.(update|deactivate|reset)$/, OCSF.apiUpdate],
      ],
      else: OCSF.apiOther,
    },
    action: 'eventType',
    outcome: {
      of: 'outcome.result',
      map: {
        SUCCESS: 'success',
        ALLOW: 'success',
        FAILURE: 'failure',
        DENY: 'failure',
        ABANDONED: 'failure',
      },
      else: 'unknown',
    },
    severity: {
      of: 'severity',
      map: { DEBUG: 1, INFO: 1, WARN: 3, ERROR: 4 },
    },
    object:
      'target[type=AppInstance].displayName|target[type=UserGroup].displayName|target[0].displayName|target[0].alternateId|debugContext.debugData.requestUri',
    code: 'outcome.reason',
  },
  where: {
    srcIp: 'client.ipAddress|request.ipChain[0].ip',
    country: 'client.geographicalContext.country',
    account: 'securityContext.domain',
    url: 'debugContext.debugData.url|debugContext.debugData.requestUri',
  },
  message: 'okta: {displayMessage|action} ({outcome})[ by {user}][ on {object}][ from {srcIp}]',
} as const satisfies FamilyMap

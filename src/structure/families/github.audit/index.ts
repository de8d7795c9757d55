import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

const WEBHOOK_OWNER = 'repository.full_name|organization.login|enterprise.slug|installation.id'
/** Things that deliveries are about; Bitbucket, whose repositories look alike, sends no `action`. */
const WEBHOOK_SUBJECTS = [
  'alert',
  'check_run',
  'check_suite',
  'comment',
  'deployment',
  'discussion',
  'issue',
  'member',
  'pull_request',
  'release',
  'review',
  'workflow_job',
  'workflow_run',
]

const ACCESS = {
  of: 'action',
  map: { added: OCSF.accessAssign, removed: OCSF.accessRevoke },
  else: OCSF.accountOther,
} as const
const MEMBERSHIP = {
  of: 'action',
  map: { added: OCSF.groupAddUser, removed: OCSF.groupRemoveUser },
  else: OCSF.groupOther,
} as const

/**
 * GitHub audit log (export, streaming, API) and webhook deliveries. The event of a delivery stands in an HTTP header, so
 * its action is `event.action` when the input kept the header as `meta.event`. Source: GitHub Docs, audit log events.
 */
export const githubAudit = {
  id: 'github.audit',
  summary: 'GitHub audit log, and webhook deliveries of repositories and organisations.',
  logsources: [{ product: 'github', service: 'audit' }],
  rank: 25,
  recognise: [
    {
      keys: ['action', '@timestamp|created_at|actor|_document_id'],
      some: [
        'org',
        'repo',
        'business',
        '_document_id',
        'actor_location',
        'actor_ip',
        'operation_type',
        'repository',
        'enterprise',
      ],
      values: { action: /^[a-z0-9_]+\.[a-z0-9_.]+$/ },
    },
    { keys: ['sender.login', WEBHOOK_OWNER] },
    { keys: ['action', WEBHOOK_OWNER], some: WEBHOOK_SUBJECTS },
    { keys: ['ref', 'repository.full_name', 'pusher|after|before|head_commit'] },
  ],
  when: { time: '@timestamp|created_at' },
  who: {
    user: 'actor|sender.login|pusher.name|workflow_run.actor.login|comment.user.login|issue.user.login|pull_request.user.login|user',
    userId: 'actor_id|sender.id',
    kind: [
      { of: 'sender.type', map: { Bot: 'service', User: 'user' } },
      { of: 'actor_is_bot', map: { true: 'service' }, else: 'user' },
    ],
    session: 'hashed_token|token_id|external_identity_nameid',
    target: {
      user: 'user|member.login|membership.user.login|invitation.login|invitee',
      userId: 'user_id|member.id',
    },
  },
  what: {
    ocsf: {
      of: "action|$meta.event|'webhook'",
      match: [
        [
          /^(user|business|org)\.(failed_login|login|sign_in)|^user\.two_factor_(requested|challenge)|sso_response/,
          OCSF.logon,
        ],
        [/^user\.(logout|sign_out)/, OCSF.logoff],
        [/^user\.(create|add)$/, OCSF.accountCreate],
        [/^user\.(delete|destroy|remove)$/, OCSF.accountDelete],
        [/^user\.suspend|^business\.suspend/, OCSF.accountDisable],
        [/^user\.unsuspend/, OCSF.accountEnable],
        [
          /two_factor.*(disable|recovery_code)|disable_two_factor|disable_saml|disable_oauth/,
          OCSF.mfaDisable,
        ],
        [/two_factor.*enable|enable_two_factor|enable_saml/, OCSF.mfaEnable],
        [/^user\.(change_password|reset_password|forgot_password)/, OCSF.passwordChange],
        [/^team\.add_member/, OCSF.groupAddUser],
        [/^team\.remove_member/, OCSF.groupRemoveUser],
        [/^team\.create/, OCSF.groupCreate],
        [/^team\.(destroy|delete)/, OCSF.groupDelete],
        [/^team\./, OCSF.groupOther],
        [
          /^(org|business|repo)\.(add|invite|update)_(member|admin|organization_role|billing_manager|outside_collaborator)|^repo\.add_member/,
          OCSF.accessAssign,
        ],
        [
          /^(org|business|repo)\.(remove|cancel)_(member|admin|billing_manager|outside_collaborator|invitation)/,
          OCSF.accessRevoke,
        ],
        [
          /(?:^|\.)(create|added|add|invite|register|publish|opened|created|add_\w+)$/,
          OCSF.apiCreate,
        ],
        [
          /(?:^|\.)(destroy|delete|remove|revoke|deleted|removed|remove_\w+|delete_\w+)$/,
          OCSF.apiDelete,
        ],
        [/(?:^|\.)(download_zip|clone|fetch|access|view|export|read)$/, OCSF.apiRead],
        [
          /(?:^|\.)(update|change|edit|rename|transfer|enable|disable|edited|renamed|transferred|publicized|privatized|update_\w+|change_\w+|set_\w+|updated|changed|\w+_(?:enabled|disabled))$/,
          OCSF.apiUpdate,
        ],
      ],
      else: OCSF.apiOther,
    },
    action: [{ template: '{$meta.event}[.{action}]' }, "action|'webhook'"],
    outcome: {
      of: "action|'webhook'",
      match: [[/fail|denied|reject|blocked/, 'failure']],
      else: 'success',
    },
    object: 'repo|repository.full_name|team|org|organization.login|business',
    code: 'alert.severity|conclusion|workflow_run.conclusion',
  },
  where: {
    srcIp: 'actor_ip|actor_location.ip',
    host: "''",
    country: 'actor_location.country_code',
    account: 'org|organization.login|repository.owner.login|business',
    url: 'repository.html_url',
  },
  cases: [
    {
      of: '$meta.event',
      is: {
        member: { what: { ocsf: ACCESS } },
        membership: { what: { ocsf: MEMBERSHIP } },
        organization: {
          what: {
            ocsf: {
              of: 'action',
              map: {
                member_added: OCSF.accessAssign,
                member_invited: OCSF.accessAssign,
                member_removed: OCSF.accessRevoke,
              },
              else: OCSF.apiUpdate,
            },
          },
        },
        push: { what: { ocsf: OCSF.apiUpdate } },
        team_add: { what: { ocsf: OCSF.groupOther } },
      },
    },
  ],
  message: "github: {user|'somebody'} {action}[ on {object}][ for {targetUser}][ from {srcIp}]",
} as const satisfies FamilyMap

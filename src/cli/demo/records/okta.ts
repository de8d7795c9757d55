import { mailOf, type Person } from '../company.ts'
import { type DemoRecord, jsonRecord, type Moment } from '../wire.ts'

/** From where somebody uses the identity provider. */
export interface Origin {
  readonly ip: string
  readonly country: string
  readonly agent: string
}

/** One line of the identity provider's system log. */
interface OktaEntry {
  readonly event: string
  readonly display: string
  readonly who: Person
  readonly from: Origin
  readonly failure?: string
  readonly factor?: string
  readonly session?: string
  readonly target?: { readonly type: string; readonly name: string }
}

/** An entry of the Okta System Log, as its API gives it. */
export function okta(moment: Moment, entry: OktaEntry): DemoRecord {
  const { chance, time } = moment
  const { who, from, target } = entry
  return jsonRecord(moment, 'okta', {
    actor: {
      id: `00u${idOf(who.user)}5d7`,
      type: 'User',
      alternateId: mailOf(who),
      displayName: who.name,
      detailEntry: null,
    },
    client: {
      userAgent: { rawUserAgent: from.agent, os: 'Windows 10', browser: 'CHROME' },
      zone: 'null',
      device: 'Computer',
      id: null,
      ipAddress: from.ip,
      geographicalContext: {
        city: null,
        state: null,
        country: from.country,
        postalCode: null,
        geolocation: null,
      },
    },
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: null,
      credentialType: null,
      issuer: null,
      interface: null,
      authenticationStep: 0,
      externalSessionId: entry.session ?? 'unknown',
    },
    displayMessage: entry.display,
    eventType: entry.event,
    outcome: {
      result: entry.failure === undefined ? 'SUCCESS' : 'FAILURE',
      reason: entry.failure ?? null,
    },
    published: new Date(time).toISOString(),
    securityContext: { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: false },
    severity: entry.failure === undefined ? 'INFO' : 'WARN',
    debugContext: {
      debugData: {
        requestId: chance.hex(24),
        requestUri: '/api/v1/authn',
        ...(entry.factor ? { factor: entry.factor } : {}),
      },
    },
    legacyEventType: null,
    transaction: { type: 'WEB', id: chance.hex(24), detail: {} },
    uuid: chance.uuid(),
    version: '0',
    request: { ipChain: [{ ip: from.ip, geographicalContext: null, version: 'V4', source: null }] },
    target: target
      ? [
          {
            id: `0oa${idOf(target.name)}`,
            type: target.type,
            alternateId: target.name,
            displayName: target.name,
            detailEntry: null,
          },
        ]
      : null,
  })
}

function idOf(text: string): string {
  return [...text]
    .map((letter) => letter.charCodeAt(0).toString(36))
    .join('')
    .slice(0, 14)
}

/** Somebody who works at the company. */
export interface Person {
  /** `mara.voss`: name in the directory and before the @ of the address. */
  readonly user: string
  readonly name: string
  readonly team: 'engineering' | 'platform' | 'finance' | 'people' | 'sales' | 'support'
  /** Login at the code host; only those who write code have one. */
  readonly code?: string
  /** Workstation, and its address in the office network. */
  readonly host: string
  readonly ip: string
  /** Address at home, as the internet sees it. */
  readonly home: string
}

/** Names, addresses and things of the simulated company. All public ones are reserved for documentation. */
export const COMPANY = {
  domain: 'lindenhof.example',
  netbios: 'LINDENHOF',
  officeIp: '203.0.113.10',
  awsAccount: '111122223333',
  githubOrg: 'lindenhof-software',
  domainController: { host: 'dc1.lindenhof.example', ip: '10.20.10.5' },
  fileServer: { host: 'fs1.lindenhof.example', ip: '10.20.10.6' },
  web: { host: 'web-1', ip: '10.20.40.10' },
  bastion: { host: 'bastion-1', ip: '10.20.10.20' },
  edge: { host: 'fw-edge-1', serial: 'FGT60FTK20001234' },
  core: { host: 'fw-core-1', serial: 'FGT1KFTK20005678' },
  repositories: [
    'shop',
    'payroll',
    'website',
    'ledger',
    'infra',
    'mobile',
    'design-system',
    'reports',
    'search',
    'mailer',
    'docs',
    'auth',
  ],
  payrollBucket: 'lindenhof-payroll-exports',
  assetBucket: 'lindenhof-web-assets',
} as const

const TEAMS = {
  engineering: [
    'felix.brandt',
    'nora.lind',
    'tariq.aziz',
    'ines.costa',
    'jonas.weiss',
    'aiko.mori',
    'piotr.nowak',
    'lena.kraft',
    'samuel.okoro',
    'eva.holm',
    'david.stern',
    'yara.haddad',
  ],
  platform: ['mara.voss', 'jana.keller', 'oskar.berg', 'milan.petrov'],
  finance: ['helga.simon', 'rafael.ortiz', 'clara.vogt'],
  people: ['birgit.lang', 'tomas.novak'],
  sales: ['anna.fuchs', 'marco.rossi', 'julia.sand', 'kemal.aydin', 'sofie.dahl'],
  support: ['peter.kurz', 'maja.horn', 'leo.frank', 'dora.weber'],
} as const satisfies Record<Person['team'], readonly string[]>

/** Everybody, in a fixed order. */
export const PEOPLE: readonly Person[] = staff()

function staff(): Person[] {
  const people: Person[] = []
  for (const team of [
    'engineering',
    'platform',
    'finance',
    'people',
    'sales',
    'support',
  ] as const) {
    for (const user of TEAMS[team]) {
      const number = people.length + 11
      const writesCode = team === 'engineering' || team === 'platform'
      people.push({
        user,
        name: user.split('.').map(capital).join(' '),
        team,
        ...(writesCode ? { code: user.replace('.', '-') } : {}),
        host: `ws-${String(number).padStart(3, '0')}.${COMPANY.domain}`,
        ip: `10.20.30.${number}`,
        home: `203.0.113.${number + 30}`,
      })
    }
  }
  return people
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** A person by directory name; throws for a name that the company does not know. */
export function personOf(user: string): Person {
  const found = PEOPLE.find((person) => person.user === user)
  if (!found) throw new Error(`nobody is called ${user}`)
  return found
}

/** Those who write code. */
export const CODERS = PEOPLE.filter((person) => person.code !== undefined)

/** Who looks after servers, with a second account for it. */
export const ADMINISTRATORS = ['jana.adm', 'oskar.adm'] as const

/** The whole mail address of a person. */
export function mailOf(person: Person): string {
  return `${person.user}@${COMPANY.domain}`
}

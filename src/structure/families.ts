import { awsCloudtrail } from './families/aws.cloudtrail/index.ts'
import { cef } from './families/cef/index.ts'
import { ecs } from './families/ecs/index.ts'
import { entraSignin } from './families/entra.signin/index.ts'
import { fortinetFortigate } from './families/fortinet.fortigate/index.ts'
import { githubAudit } from './families/github.audit/index.ts'
import { linuxAuth } from './families/linux.auth/index.ts'
import { linuxNetfilter } from './families/linux.netfilter/index.ts'
import { linuxSyslog } from './families/linux.syslog/index.ts'
import { nginxAccess } from './families/nginx.access/index.ts'
import { oktaSystem } from './families/okta.system/index.ts'
import { windowsApplication } from './families/windows.application/index.ts'
import { windowsDefender } from './families/windows.defender/index.ts'
import { windowsOther } from './families/windows.other/index.ts'
import { windowsPowershell } from './families/windows.powershell/index.ts'
import { windowsSecurity } from './families/windows.security/index.ts'
import { windowsSysmon } from './families/windows.sysmon/index.ts'
import { windowsSystem } from './families/windows.system/index.ts'
import { windowsTaskscheduler } from './families/windows.taskscheduler/index.ts'
import type { FamilyMap, LogSource } from './mapping.ts'

/** Every family, alphabetical by id. To add one, see README.md. */
export const FAMILIES: readonly FamilyMap[] = [
  awsCloudtrail,
  cef,
  ecs,
  entraSignin,
  fortinetFortigate,
  githubAudit,
  linuxAuth,
  linuxNetfilter,
  linuxSyslog,
  nginxAccess,
  oktaSystem,
  windowsApplication,
  windowsDefender,
  windowsOther,
  windowsPowershell,
  windowsSecurity,
  windowsSysmon,
  windowsSystem,
  windowsTaskscheduler,
]

/** A family in words, for the documentation and for matching rules to what can feed them. */
interface FamilyDescription {
  readonly name: string
  readonly summary: string
  /** Sigma log sources: a rule can run on it when every part the rule names is equal in one of these. */
  readonly logsources: readonly LogSource[]
}

/** All families in words, alphabetical. `unknown` is not among them. */
export function describeFamilies(): readonly FamilyDescription[] {
  return FAMILIES.map(({ id, summary, logsources }) => ({ name: id, summary, logsources }))
}

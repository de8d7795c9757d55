import type { FamilyMap, Pair, Slots } from '../../mapping.ts'

function task(ocsf: Pair, words: string): Slots {
  return {
    what: { ocsf, object: 'TaskName|Path' },
    message: `{code} task {object} ${words}[ by {user|userId}]`,
  }
}

function run(ocsf: Pair, words: string): Slots {
  return {
    what: { ocsf, object: 'ActionName|Path|TaskName' },
    message: `{code} task {TaskName} ${words}[: {object}]`,
  }
}

/** Task Scheduler: tasks registered, changed, started, ended. */
export const windowsTaskscheduler = {
  id: 'windows.taskscheduler',
  summary: 'The Task Scheduler log of Windows: tasks registered, changed, started and ended.',
  logsources: [{ product: 'windows', service: 'taskscheduler' }],
  recognise: [
    {
      formats: ['winlog'],
      values: { Channel: /^microsoft-windows-taskscheduler\/(?:operational|maintenance)$/i },
    },
  ],
  rank: 20,
  when: { time: 'TimeCreated_SystemTime' },
  who: {
    user: 'UserName:user-of|UserContext:user-of|User:user-of|Security_UserName',
    domain: 'UserName:domain-of|UserContext:domain-of|User:domain-of|Security_UserDomain',
    userId: 'Security_UserID',
    session: 'TaskInstanceId|InstanceId|Correlation_ActivityID',
  },
  what: {
    ocsf: [1006, 99],
    action: 'EventID',
    code: 'EventID',
    object: 'TaskName|Path',
    severity: { of: 'Level', map: { 1: 5, 2: 3, 3: 2 }, else: 1 },
    outcome: { of: 'Level', map: { 1: 'failure', 2: 'failure' }, else: 'success' },
  },
  where: { host: 'Computer' },
  message: '{code} task scheduler event[ for {object}]',
  texts: [
    {
      // The id in the header is that of the service that wrote the event.
      of: 'UserName|UserContext|User',
      rows: [{ match: /^./, who: { userId: "''" } }],
    },
  ],
  cases: [
    {
      of: 'EventID',
      is: {
        100: run([1006, 6], 'started'),
        101: run([1006, 6], 'failed to start'),
        102: run([1006, 99], 'finished'),
        103: run([1006, 99], 'failed in an action'),
        106: task([1006, 1], 'registered'),
        107: run([1006, 6], 'started on its schedule'),
        108: run([1006, 6], 'started on an event'),
        110: run([1006, 6], 'started by hand'),
        111: run([1006, 99], 'terminated'),
        118: run([1006, 6], 'started at boot'),
        119: run([1006, 6], 'started at logon'),
        129: run([1006, 6], 'created a process'),
        140: task([1006, 2], 'changed'),
        141: task([1006, 3], 'deleted'),
        142: task([1006, 5], 'disabled'),
        200: run([1006, 6], 'started an action'),
        201: run([1006, 99], 'finished an action'),
        203: run([1006, 99], 'failed to start an action'),
        322: run([1006, 99], 'skipped, it runs already'),
        325: run([1006, 99], 'queued'),
      },
    },
  ],
} as const satisfies FamilyMap

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type JsonObject, parseJsonObject } from '#base/json.ts'
import type { Native, Part } from '../../native.ts'
import { UTC } from '../../zone.ts'
import { winlog, winlogXml } from './index.ts'

const CONTEXT = { received: 0, feed: 'test', meta: {}, zone: UTC }

function native(part: Part | undefined): Native {
  assert.ok(part && 'fields' in part)
  return part
}

function fold(object: JsonObject): Record<string, unknown> {
  return native(winlog.read(object, CONTEXT)?.[0]).fields
}

const FOLDED = {
  Provider_Name: 'Microsoft-Windows-Security-Auditing',
  Provider_Guid: '54849625-5478-4994-A5BA-3E3B0328C30D',
  EventID: 4625,
  Version: 0,
  Level: 0,
  Task: 12544,
  Opcode: 0,
  Keywords: '0x8010000000000000',
  TimeCreated_SystemTime: '2026-03-01T10:00:00.123456Z',
  EventRecordID: 77,
  Execution_ProcessID: 700,
  Execution_ThreadID: 800,
  Channel: 'Security',
  Computer: 'dc1.acme.example',
}
const DATA = { TargetUserName: 'alice', IpAddress: '10.0.0.5', SubStatus: '0xc000006a', Empty: '' }

const XML = `<?xml version="1.0"?>
<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>
  <System>
    <Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-a5ba-3e3b0328c30d}'/>
    <EventID>4625</EventID><Version>0</Version><Level>0</Level><Task>12544</Task><Opcode>0</Opcode>
    <Keywords>0x8010000000000000</Keywords>
    <TimeCreated SystemTime='2026-03-01T10:00:00.123456Z'/>
    <EventRecordID>77</EventRecordID><Correlation/>
    <Execution ProcessID='700' ThreadID='800'/>
    <Channel>Security</Channel><Computer>dc1.acme.example</Computer><Security/>
  </System>
  <EventData>
    <Data Name='TargetUserName'>alice</Data><Data Name="IpAddress">10.0.0.5</Data>
    <Data Name='SubStatus'>0xc000006a</Data><Data Name='Empty'/>
  </EventData>
</Event>
`

const crate = {
  Event: {
    '#attributes': { xmlns: 'urn:x' },
    System: {
      Provider: {
        '#attributes': {
          Name: FOLDED.Provider_Name,
          Guid: FOLDED.Provider_Guid,
        },
      },
      EventID: 4625,
      Version: 0,
      Level: 0,
      Task: 12544,
      Opcode: 0,
      Keywords: '0x8010000000000000',
      TimeCreated: { '#attributes': { SystemTime: FOLDED.TimeCreated_SystemTime } },
      EventRecordID: 77,
      Correlation: null,
      Execution: { '#attributes': { ProcessID: 700, ThreadID: 800 } },
      Channel: 'Security',
      Computer: 'dc1.acme.example',
      Security: null,
    },
    EventData: DATA,
  },
}

const openwec = {
  System: {
    Provider: { Name: FOLDED.Provider_Name, Guid: '{54849625-5478-4994-a5ba-3e3b0328c30d}' },
    EventID: 4625,
    Version: 0,
    Level: 0,
    Task: 12544,
    Opcode: 0,
    Keywords: '0x8010000000000000',
    TimeCreated: FOLDED.TimeCreated_SystemTime,
    EventRecordID: 77,
    Execution: { ProcessID: 700, ThreadID: 800 },
    Channel: 'Security',
    Computer: 'dc1.acme.example',
  },
  EventData: DATA,
}

const winlogbeat = {
  '@timestamp': '2026-03-01T10:00:05Z',
  host: { name: 'collector' },
  log: { level: 'information' },
  message: 'An account failed to log on.',
  winlog: {
    provider_name: FOLDED.Provider_Name,
    provider_guid: '{54849625-5478-4994-a5ba-3e3b0328c30d}',
    event_id: '4625',
    version: 0,
    level: 0,
    task: 12544,
    opcode: 0,
    keywords: '0x8010000000000000',
    time_created: FOLDED.TimeCreated_SystemTime,
    record_id: 77,
    process: { pid: 700, thread: { id: 800 } },
    channel: 'Security',
    computer_name: 'dc1.acme.example',
    event_data: DATA,
  },
}

describe('a Windows event', () => {
  const shapes: readonly (readonly [string, JsonObject, JsonObject])[] = [
    ['of the evtx crate', crate, {}],
    ['of openwec', openwec, {}],
    ['of Winlogbeat', winlogbeat, { Message: 'An account failed to log on.' }],
  ]
  for (const [name, object, more] of shapes) {
    test(`${name} folds to the one form`, () => {
      assert.deepEqual(fold(object), { ...FOLDED, ...DATA, ...more })
    })
  }

  test('as XML folds to the same form, values as text', () => {
    assert.deepEqual(native(winlogXml.read(XML, CONTEXT)).fields, { ...FOLDED, ...DATA })
  })

  test('of openwec as raw XML in JSON is handed on as XML', () => {
    const parts = winlog.read({ meta: { Principal: 'dc1@ACME' }, data: XML }, CONTEXT)
    assert.deepEqual(parts, [{ inner: XML, host: 'dc1@ACME' }])
  })

  test('of Winlogbeat with dotted keys is the same as nested', () => {
    const event = fold({
      '@timestamp': '2026-03-01T10:00:00Z',
      'winlog.channel': 'Security',
      'winlog.event_id': 4634,
      'winlog.provider_name': 'P',
      'winlog.event_data.TargetUserName': 'bob',
      'host.name': 'ws1',
    })
    assert.equal(event['TargetUserName'], 'bob')
    assert.equal(event['Computer'], 'ws1')
    assert.equal(event['EventID'], 4634)
  })

  test('of NXLog gets the System names beside its own', () => {
    const event = fold({
      EventTime: '2026-03-01 11:00:00',
      '@timestamp': '2026-03-01T10:00:01Z',
      Hostname: 'ws1',
      Keywords: -(2 ** 63) + 2 ** 52,
      EventType: 'AUDIT_FAILURE',
      SeverityValue: 4,
      EventID: 4625,
      SourceName: 'Microsoft-Windows-Security-Auditing',
      ProviderGuid: '{54849625-5478-4994-a5ba-3e3b0328c30d}',
      RecordNumber: 9,
      ProcessID: 4,
      Channel: 'security',
      TargetUserName: 'carol ',
    })
    assert.equal(event['Computer'], 'ws1')
    assert.equal(event['Provider_Name'], 'Microsoft-Windows-Security-Auditing')
    assert.equal(event['Execution_ProcessID'], 4)
    assert.equal(event['Level'], 2)
    assert.equal(event['TimeCreated_SystemTime'], '2026-03-01T10:00:01Z')
    assert.equal(String(event['Keywords']).slice(0, 6), '0x8010')
    assert.equal(event['TargetUserName'], 'carol')
    assert.equal(event['Hostname'], 'ws1')
  })

  test('of NXLog shows the EventType of Sysmon and not its own', () => {
    const event = fold({
      EventID: 13,
      SourceName: 'Microsoft-Windows-Sysmon',
      EventType: 'INFO',
      Message: 'Registry value set:\r\nRuleName: -\r\nEventType: SetValue\r\nUtcTime: x',
    })
    assert.equal(event['EventType'], 'SetValue')
  })

  test('of Fluent Bit keeps its nameless values as Data', () => {
    const event = fold({
      ProviderName: 'Acme',
      EventID: 1,
      TimeCreated: '2026-03-01 11:00:00 +0100',
      Channel: 'Application',
      Computer: 'ws1',
      Qualifiers: '16384',
      StringInserts: ['one', 2],
      Message: 'text',
    })
    assert.deepEqual(event['Data'], ['one', 2])
    assert.equal(event['EventID_Qualifiers'], 16384)
  })

  test('of Fluent Bit gets the names of its values where their order is known', () => {
    const base = { ProviderName: 'Microsoft-Windows-Security-Auditing', Channel: 'Security' }
    const known = fold({
      ...base,
      EventID: 4776,
      StringInserts: ['P', 'alice', 'WS', '0x0', 'new'],
    })
    assert.equal(known['TargetUserName'], 'alice')
    assert.equal(known['Data'], 'new')
    const older = fold({ ...base, EventID: 4688, StringInserts: [...'abcdefgh'] })
    assert.equal(older['ProcessId'], 'h')
    const odd = fold({ ...base, EventID: 4776, StringInserts: ['P', 'alice'] })
    assert.equal(odd['TargetUserName'], undefined)
    assert.deepEqual(odd['Data'], ['P', 'alice'])
  })

  test('with an event id as element and nameless or named Data elements is understood', () => {
    const event = fold({
      Event: {
        System: {
          EventID: { '#text': '7036', '#attributes': { Qualifiers: '16384' } },
          Channel: 'System',
          Provider: { '@Name': 'Service Control Manager' },
        },
        EventData: {
          Data: [
            { '#attributes': { Name: 'param1' }, '#text': 'Spooler' },
            { Name: 'param2', text: 'stopped' },
            'loose',
          ],
          Binary: '00FF',
        },
      },
    })
    assert.equal(event['EventID'], 7036)
    assert.equal(event['EventID_Qualifiers'], 16384)
    assert.equal(event['Provider_Name'], 'Service Control Manager')
    assert.equal(event['param1'], 'Spooler')
    assert.equal(event['param2'], 'stopped')
    assert.equal(event['Data'], 'loose')
    assert.equal(event['Binary'], '00FF')
  })

  test('with UserData is flattened below its one element', () => {
    const event = fold({
      Event: {
        System: { EventID: 1102, Channel: 'Security' },
        UserData: { LogFileCleared: { '#attributes': { xmlns: 'x' }, SubjectUserName: 'eve' } },
      },
    })
    assert.equal(event['SubjectUserName'], 'eve')
  })

  test('never lets a data field pose as a System value', () => {
    const event = fold({
      System: { EventID: 1, Channel: 'Application', Computer: 'ws1' },
      EventData: { Channel: 'Security', EventID: 4625, Computer: 'dc1' },
    })
    assert.equal(event['Channel'], 'Application')
    assert.equal(event['EventID'], 1)
    assert.equal(event['EventData_Channel'], 'Security')
  })

  test('survives a prototype name as a field', () => {
    const parsed = parseJsonObject(
      '{"System":{"EventID":1,"Channel":"A","__proto__":"s"},"EventData":{"__proto__":"x","toString":"y"}}',
    )
    assert.ok(parsed.ok)
    const event = fold(parsed.value)
    assert.equal(Object.getPrototypeOf(event), Object.prototype)
    assert.equal(event['toString'], 'y')
  })

  const others: readonly JsonObject[] = [
    {},
    { EventID: 4625 },
    { EventID: 'many', Channel: 'Security' },
    { winlog: {} },
    { winlog: { channel: 'Security' } },
    { System: { Channel: 'x' } },
    { event: { code: '1' }, message: 'x' },
    { Event: 'Login', User: 'x' },
    { eventID: 'b1c2-uuid', eventName: 'ConsoleLogin', eventSource: 'signin' },
  ]
  for (const other of others) {
    test(`is not seen in ${JSON.stringify(other)}`, () => {
      assert.equal(winlog.read(other, CONTEXT), undefined)
    })
  }

  test('in any JSON never throws', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('Event', 'System', 'EventData', 'winlog', 'EventID', 'Channel', 'Data'),
          fc.jsonValue(),
        ),
        (object) => {
          winlog.read(object, CONTEXT)
          winlog.read({ System: object, EventData: object, UserData: object }, CONTEXT)
          winlog.read({ winlog: object }, CONTEXT)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('event XML', () => {
  const wrap = (data: string): string =>
    `<Event><System><EventID>1</EventID><Channel>A</Channel></System><EventData>${data}</EventData></Event>`
  const fields = (text: string): Record<string, unknown> | undefined => {
    const part = winlogXml.read(text, CONTEXT)
    return part && native(part).fields
  }

  test('resolves the five entities, character references and CDATA', () => {
    const event = fields(
      wrap('<Data Name="X">&lt;a&gt; &amp;&quot;&apos; &#65;&#x42;<![CDATA[<&>]]></Data>'),
    )
    assert.equal(event?.['X'], `<a> &"' AB<&>`)
  })

  test('lists unnamed data and reads namespace prefixes and comments', () => {
    const event = fields(
      '<e:Event xmlns:e="x"><e:System><e:EventID>1</e:EventID></e:System><!-- c --><e:EventData><e:Data>a</e:Data><e:Data>b</e:Data></e:EventData></e:Event>',
    )
    assert.deepEqual(event?.['Data'], ['a', 'b'])
  })

  const refused: readonly (readonly [string, string])[] = [
    ['a document type', `<!DOCTYPE Event [<!ENTITY a "b">]>${wrap('')}`],
    ['an entity of its own', wrap('<Data Name="X">&a;</Data>')],
    ['a bare ampersand', wrap('<Data Name="X">a & b</Data>')],
    ['a character beyond Unicode', wrap('<Data Name="X">&#x110000;</Data>')],
    ['tags that do not nest', wrap('<Data Name="X"><b></Data></b>')],
    ['two events', wrap('') + wrap('')],
    ['an end that is missing', wrap('').slice(0, -8)],
    ['text behind the event', `${wrap('')}tail`],
    ['endless depth', wrap('<a>'.repeat(40) + '</a>'.repeat(40))],
    ['too many elements', wrap('<a/>'.repeat(20_001))],
    ['no event id', '<Event><System><Channel>A</Channel></System></Event>'],
  ]
  for (const [name, text] of refused) {
    test(`with ${name} is refused`, () => {
      assert.equal(fields(text), undefined)
    })
  }

  test('cut or changed anywhere never throws', () => {
    fc.assert(
      fc.property(fc.nat(XML.length), fc.string({ maxLength: 8 }), (at, noise) => {
        winlogXml.read(XML.slice(0, at) + noise + XML.slice(at + noise.length), CONTEXT)
        winlogXml.read(XML.slice(0, at), CONTEXT)
      }),
      { numRuns: 500 },
    )
  })

  test('of hostile length is read in linear time', () => {
    const long = wrap(`<Data Name="X">${'&amp;'.repeat(200_000)}</Data>${' '.repeat(100_000)}`)
    assert.equal(String(fields(long)?.['X']).length, 200_000)
    assert.equal(fields(wrap(`<a ${' '.repeat(500_000)}`)), undefined)
  })
})

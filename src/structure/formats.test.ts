import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Native, ReadContext } from './native.ts'
import { readRecord } from './read.ts'
import { UTC } from './zone.ts'

const RECEIVED = Date.UTC(2026, 6, 1) * 1000

function read(
  payload: string | object,
  feed = 'syslog',
  meta: Record<string, string> = {},
): Native[] {
  const context: ReadContext = { received: RECEIVED, feed, meta, zone: UTC }
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const { natives, dead } = readRecord(new TextEncoder().encode(text), context)
  assert.deepEqual(dead, [])
  return natives
}

function first(payload: string | object, feed?: string, meta?: Record<string, string>): Native {
  const [native] = read(payload, feed, meta)
  assert.ok(native)
  return native
}

interface Header {
  readonly line: string
  readonly host?: string
  readonly app?: string
  readonly pid?: string
  readonly text: string
  readonly format?: string
}

const HEADERS: readonly Header[] = [
  {
    line: '<34>1 2026-06-30T10:00:00.5Z h.example su 7 ID47 [a@1 k="v \\"q\\" \\] \\\\"][b] \uFEFFhello',
    host: 'h.example',
    app: 'su',
    pid: '7',
    text: 'hello',
  },
  { line: '<34>1 - - - - - - hello', text: 'hello' },
  {
    line: '<34>1 2026-06-30T10:00:00Z h app - - no structured data',
    host: 'h',
    app: 'app',
    text: 'no structured data',
  },
  { line: '<13>Jun 30 10:00:00 h app[12]: hello', host: 'h', app: 'app', pid: '12', text: 'hello' },
  { line: '<13>Jun  3 10:00:00 h app: hello', host: 'h', app: 'app', text: 'hello' },
  { line: '<13>Jun 30 10:00:00 app: hello', app: 'app', text: 'hello' },
  { line: '<13>Jun 30 10:00:00 h hello world', host: 'h', text: 'hello world' },
  {
    line: '<13>Jun 30 2026 10:00:00 h : %ASA-6-302013: Built',
    host: 'h',
    app: '%ASA-6-302013',
    text: 'Built',
  },
  {
    line: '<189>123: *Jun 30 10:00:00.123: %SYS-5-CONFIG_I: Configured',
    app: '%SYS-5-CONFIG_I',
    text: 'Configured',
  },
  {
    line: '<13>2026-06-30T10:00:00.123456+02:00 h postfix/smtpd[9]: hello',
    host: 'h',
    app: 'postfix/smtpd',
    pid: '9',
    text: 'hello',
  },
  {
    line: 'Jun 30 10:00:00 h sshd(pam_unix)[12]: hello',
    host: 'h',
    app: 'sshd',
    pid: '12',
    text: 'hello',
  },
  {
    line: 'Jun 30 10:00:00 h /usr/sbin/cron[3]: hello',
    host: 'h',
    app: 'cron',
    pid: '3',
    text: 'hello',
  },
  {
    line: 'Jun 30 10:00:00 h com.apple.launchd[1] (com.apple.x[7]): hello',
    host: 'h',
    app: 'com.apple.launchd',
    pid: '1',
    text: 'hello',
  },
  {
    line: 'Jun 30 10:00:00 h daemon.info dnsmasq[1]: hello',
    host: 'h',
    app: 'dnsmasq',
    pid: '1',
    text: 'hello',
  },
  { line: '2026-06-30T10:00:00Z h app[1]: hello', host: 'h', app: 'app', pid: '1', text: 'hello' },
  { line: '<13>just a message', text: 'just a message' },
  {
    line: '2026-06-30 10:00:00 INFO main started',
    text: '2026-06-30 10:00:00 INFO main started',
    format: 'text',
  },
  { line: '<999>no priority', text: '<999>no priority', format: 'text' },
  { line: 'nothing to see', text: 'nothing to see', format: 'text' },
]

for (const { line, text, host, app, pid, format = 'syslog' } of HEADERS)
  test(`the header of ${line} is read`, () => {
    const native = first(line)
    assert.deepEqual(
      {
        format: native.format,
        host: native.host,
        app: native.app,
        pid: native.pid,
        text: native.text,
      },
      { format, host, app, pid, text },
    )
  })

test('priority, structured data and message are fields', () => {
  const { fields } = first('<165>1 2026-06-30T10:00:00Z h app 1 ID [ex@32473 k="v"][t q="1"] hello')
  assert.equal(fields['facility'], 'local4')
  assert.equal(fields['severity'], 'notice')
  assert.equal(fields['msgid'], 'ID')
  assert.deepEqual(fields['sd'], { 'ex@32473': { k: 'v' }, t: { q: '1' } })
  assert.equal(fields['message'], 'hello')
})

test('JSON in a syslog message is the record, and the header says whose it is', () => {
  const native = first('<13>Jun 30 10:00:00 h app: {"eventType":"x","n":1}')
  assert.equal(native.format, 'json')
  assert.deepEqual(native.fields, { eventType: 'x', n: 1 })
  assert.equal(native.host, 'h')
  assert.equal(native.app, 'app')
})

test('key and value pairs are read with their quotes, beside the header', () => {
  const { fields, format } = first(
    '<13>Jun 30 10:00:00 h app: a=1 b="two \\"2\\" words" c=\'three\' d= e=five',
  )
  assert.equal(format, 'kv')
  assert.deepEqual(
    [fields['a'], fields['b'], fields['c'], fields['d'], fields['e'], fields['host']],
    ['1', 'two "2" words', 'three', '', 'five', 'h'],
  )
})

test('prose with an equals sign or two is not key and value pairs', () => {
  assert.equal(first('the answer a=1 b=2 is what it is').format, 'text')
  assert.equal(first('GET /x?a=1&b=2&c=3&d=4').format, 'text')
})

test('CEF escapes, spaces in values and custom labels are understood', () => {
  const { fields } = first(
    'CEF:0|Ve\\|ndor|Prod|1|id|A name|9|msg=a b c d\\=e src=1.2.3.4 cs1=x y cs1Label=My Label path=C:\\\\t\\nz',
  )
  assert.equal(fields['DeviceVendor'], 'Ve|ndor')
  assert.equal(fields['msg'], 'a b c d=e')
  assert.equal(fields['src'], '1.2.3.4')
  assert.equal(fields['My Label'], 'x y')
  assert.equal(fields['path'], 'C:\\t\nz')
})

test('a HEC envelope gives host, sourcetype, time and indexed fields to an event of text', () => {
  const native = first(
    {
      time: '1782864000.250',
      host: 'edge',
      sourcetype: 'linux_secure',
      fields: { team: 'blue' },
      event: 'hello',
    },
    'hec',
  )
  assert.equal(native.host, 'edge')
  assert.equal(native.app, 'linux_secure')
  assert.equal(native.time?.micros, 1_782_864_000_250_000)
  assert.deepEqual(native.fields, { team: 'blue', message: 'hello' })
})

test('a HEC event that is an object is the record; indexed fields never overwrite it', () => {
  const native = first({ event: { a: 1 }, fields: { a: 2, b: 3 } }, 'hec', { host: 'from-header' })
  assert.deepEqual(native.fields, { a: 1, b: 3 })
  assert.equal(native.host, 'from-header')
})

test('the header of a syslog line in a HEC event wins over the envelope', () => {
  const native = first(
    { host: 'forwarder', sourcetype: 'syslog', event: '<38>Jun 30 10:00:00 real sshd[1]: hello' },
    'hec',
  )
  assert.equal(native.host, 'real')
  assert.equal(native.app, 'sshd')
})

test('documents of Filebeat, rsyslog and syslog-ng give their line, host and program', () => {
  const beat = first(
    {
      '@timestamp': '2026-06-30T10:00:00.000Z',
      message: 'hello',
      host: { name: 'h' },
      process: { name: 'sshd', pid: 3 },
    },
    'bulk',
  )
  assert.deepEqual([beat.host, beat.app, beat.pid, beat.text], ['h', 'sshd', '3', 'hello'])
  const ng = first(
    { PROGRAM: 'app1', MESSAGE: 'hello', HOST: 'h', '@timestamp': '2026-06-30T10:00:00+00:00' },
    'bulk',
  )
  assert.deepEqual([ng.host, ng.app, ng.text], ['h', 'app1', 'hello'])
  const rsyslog = first(
    {
      '@timestamp': '2026-06-30T10:00:00+00:00',
      host: 'vm',
      message: ' hello',
      syslogtag: 'sshd[12]:',
    },
    'bulk',
    { index: 'logs' },
  )
  assert.deepEqual([rsyslog.host, rsyslog.app, rsyslog.text], ['vm', 'sshd', 'hello'])
  assert.equal(rsyslog.fields['message'], 'hello')
})

test('an OTLP record gives its body, attributes and resource', () => {
  const native = first(
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'shop' } },
          { key: 'host.name', value: { stringValue: 'h' } },
        ],
      },
      scope: {},
      record: {
        timeUnixNano: '1782864000123456789',
        severityText: 'WARN',
        body: { stringValue: 'hello' },
        attributes: [
          { key: 'n', value: { intValue: '5' } },
          { key: 'l', value: { arrayValue: { values: [{ boolValue: true }] } } },
        ],
      },
    },
    'otlp',
  )
  assert.deepEqual([native.host, native.app, native.text], ['h', 'shop', 'hello'])
  assert.equal(native.time?.micros, 1_782_864_000_123_457)
  assert.equal(native.fields['n'], '5')
  assert.deepEqual(native.fields['l'], [true])
  assert.equal(native.fields['severityText'], 'WARN')
})

test('an OTLP body that is a map is the record', () => {
  const body = { kvlistValue: { values: [{ key: 'eventType', value: { stringValue: 'x' } }] } }
  assert.equal(first({ resource: {}, record: { body } }, 'otlp').fields['eventType'], 'x')
})

test('a journal entry gives its message, program and time; bytes in place of text are decoded', () => {
  const entry = {
    __REALTIME_TIMESTAMP: '1782864000123456',
    _HOSTNAME: 'h',
    SYSLOG_IDENTIFIER: 'sshd',
    _PID: '7',
    MESSAGE: [104, 105, 255],
  }
  const native = first(entry, 'journald')
  assert.deepEqual(
    [native.host, native.app, native.pid, native.text],
    ['h', 'sshd', '7', 'hi\uFFFD'],
  )
  assert.equal(native.time?.micros, 1_782_864_000_123_456)
})

test('wrappers around records give the records', () => {
  const call = { eventName: 'A', eventTime: '2026-06-30T00:00:00Z' }
  assert.equal(read({ Records: [call, call] }).length, 2)
  assert.equal(read({ records: [call] }).length, 1)
  assert.equal(read({ '@odata.context': 'x', value: [call, call, call] }).length, 3)
  assert.equal(read([call, call]).length, 2)
  assert.deepEqual(first({ 'detail-type': 't', source: 'aws.s3', detail: call }).fields, call)
  assert.deepEqual(
    first({ Type: 'Notification', TopicArn: 'a', Message: JSON.stringify(call) }).fields,
    call,
  )
  const watch = {
    messageType: 'DATA_MESSAGE',
    logGroup: '/g',
    logEvents: [
      { id: '1', timestamp: 1782864000000, message: 'one' },
      { id: '2', timestamp: 1782864000000, message: 'two' },
    ],
  }
  assert.deepEqual(
    read(watch).map(({ text, app }) => [text, app]),
    [
      ['one', '/g'],
      ['two', '/g'],
    ],
  )
  assert.equal(
    first({ log: 'hello\n', stream: 'stdout', time: '2026-06-30T00:00:00Z' }).text,
    'hello',
  )
})

test('an object that only resembles a wrapper stays whole', () => {
  assert.deepEqual(first({ Records: [{ a: 1 }], owner: 'me' }).fields, {
    Records: [{ a: 1 }],
    owner: 'me',
  })
  assert.deepEqual(first({ value: [1], name: 'x' }).fields, { value: [1], name: 'x' })
})

test('a batch beyond the limit ends in one dead letter, with nothing uncounted', () => {
  const text = `[${'{},'.repeat(50_010)}{}]`
  const { natives, dead } = readRecord(new TextEncoder().encode(text), {
    received: RECEIVED,
    feed: 'http:x',
    meta: {},
    zone: UTC,
  })
  assert.equal(natives.length, 50_000)
  assert.deepEqual(
    dead.map(({ code, detail }) => [code, detail]),
    [['record.too-many-parts', '11 parts beyond 50000']],
  )
})

test('envelopes within envelopes end somewhere', () => {
  let text = 'core'
  for (let layer = 0; layer < 12; layer += 1)
    text = JSON.stringify({ Type: 'Notification', TopicArn: 'a', Message: text })
  const { natives, dead } = readRecord(new TextEncoder().encode(text), {
    received: RECEIVED,
    feed: 'http:x',
    meta: {},
    zone: UTC,
  })
  assert.equal(natives.length, 0)
  assert.equal(dead[0]?.code, 'record.too-many-layers')
})

test('UTF-16 with a byte order mark is read', () => {
  const bytes = Buffer.from('\uFEFFhello', 'utf16le')
  const { natives } = readRecord(bytes, {
    received: RECEIVED,
    feed: 'file:/x',
    meta: {},
    zone: UTC,
  })
  assert.equal(natives[0]?.text, 'hello')
})

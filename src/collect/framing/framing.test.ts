import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { arrayElements, envelopeElements, objectMembers, valueEnd } from './json-scan.ts'
import { createJsonSplitter, textFormOf } from './json-values.ts'
import { createLineSplitter } from './lines.ts'
import { createSyslogFramer } from './syslog-frames.ts'

interface Splitter {
  push(chunk: Uint8Array): { bytes: Uint8Array; tooLong?: true }[]
  finish(): { bytes: Uint8Array; tooLong?: true }[]
}

/** What a splitter gives for these chunks, as `text` or `!text` for too long ones. */
function run(splitter: Splitter, chunks: readonly Uint8Array[]): string[] {
  const all = [
    ...chunks.flatMap((chunk) => splitter.push(Uint8Array.from(chunk))),
    ...splitter.finish(),
  ]
  return all.map(
    ({ bytes, tooLong }) => (tooLong ? '!' : '') + Buffer.from(bytes).toString('latin1'),
  )
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ]
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end))
}

const bytewise = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte))

const SYSLOG_CASES: readonly { name: string; sent: string; gives: string[]; limits?: object }[] = [
  { name: 'lines end with LF', sent: '<1>a\n<2>b\n', gives: ['<1>a', '<2>b'] },
  { name: 'CR and NUL before LF are framing', sent: '<1>a\r\n<2>b\0\n', gives: ['<1>a', '<2>b'] },
  { name: 'octets are counted', sent: '4 <1>a5 <2>bc', gives: ['<1>a', '<2>bc'] },
  { name: 'a counted frame may hold LF', sent: '6 <1>a\nb4 <2>c', gives: ['<1>a\nb', '<2>c'] },
  { name: 'a counted trailing LF is framing', sent: '5 <1>a\n5 <2>b\n', gives: ['<1>a', '<2>b'] },
  {
    name: 'framing is decided for each frame',
    sent: '<1>a\n4 <2>b<3>c\n4 <4>d\n',
    gives: ['<1>a', '<2>b', '<3>c', '<4>d'],
  },
  {
    name: 'LF behind a counted frame is skipped',
    sent: '4 <1>a\n4 <2>b\n',
    gives: ['<1>a', '<2>b'],
  },
  {
    name: 'a date is not a count',
    sent: '2026-11-23 host a\n<1>b\n',
    gives: ['2026-11-23 host a', '<1>b'],
  },
  { name: 'a count of zero is a line', sent: '0 abc\n', gives: ['0 abc'] },
  {
    name: 'a number too great for a count is a line',
    sent: '99999999999 abc\n<1>b\n',
    gives: ['99999999999 abc', '<1>b'],
  },
  {
    name: 'a great number without PRI behind is a line',
    sent: '9999999 abc\n<1>b\n',
    gives: ['9999999 abc', '<1>b'],
  },
  { name: 'an unfinished line is kept', sent: '<1>a\n<2>b', gives: ['<1>a', '<2>b'] },
  {
    name: 'an unfinished counted frame is kept without its count',
    sent: '10 <1>abc',
    gives: ['<1>abc'],
  },
  { name: 'empty frames are nothing', sent: '\n\r\n\0\n\n', gives: [] },
  { name: 'NUL within a message is kept', sent: '<1>a\0b\n', gives: ['<1>a\0b'] },
  { name: 'invalid UTF-8 is kept', sent: '<1>\xff\xfe\x80\n', gives: ['<1>\xff\xfe\x80'] },
  {
    name: 'a too long line is cut and the next is whole',
    sent: `<1>${'x'.repeat(50)}\n<2>b\n`,
    gives: ['!<1>xxxxx', '<2>b'],
    limits: { maxFrameBytes: 20, keepBytes: 8 },
  },
  {
    name: 'a too long counted frame is cut and the next is whole',
    sent: `53 <1>${'x'.repeat(50)}4 <2>b`,
    gives: ['!<1>xxxxx', '<2>b'],
    limits: { maxFrameBytes: 20, keepBytes: 8 },
  },
  {
    name: 'a too long line without an end is cut',
    sent: `<1>${'x'.repeat(50)}`,
    gives: ['!<1>xxxxx'],
    limits: { maxFrameBytes: 20, keepBytes: 8 },
  },
]

for (const c of SYSLOG_CASES)
  test(`syslog framing: ${c.name}, in one piece and byte by byte`, () => {
    const sent = Buffer.from(c.sent, 'latin1')
    assert.deepEqual(run(createSyslogFramer(c.limits), [sent]), c.gives)
    assert.deepEqual(run(createSyslogFramer(c.limits), bytewise(sent)), c.gives)
  })

const bits = fc.constantFrom(
  '<1>a',
  '4 <2>b',
  '12 ',
  '\n',
  '\r\n',
  '\0',
  '9',
  ' ',
  'x'.repeat(30),
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ',',
  '999 <3>',
  'é',
)
const streams = fc.array(bits, { maxLength: 30 }).map((parts) => Buffer.from(parts.join('')))
const cuts = fc.array(fc.nat(400), { maxLength: 8 })
const MAKERS: readonly { name: string; make: () => Splitter }[] = [
  { name: 'syslog framing', make: () => createSyslogFramer({ maxFrameBytes: 40, keepBytes: 10 }) },
  { name: 'line splitting', make: () => createLineSplitter({ maxLineBytes: 40, keepBytes: 10 }) },
  { name: 'JSON splitting', make: () => createJsonSplitter({ maxValueBytes: 40, keepBytes: 10 }) },
]

for (const { name, make } of MAKERS)
  test(`${name} does not depend on how the bytes are chunked`, () => {
    fc.assert(
      fc.property(streams, cuts, (bytes, places) => {
        const whole = run(make(), [bytes])
        assert.deepEqual(run(make(), split(bytes, places)), whole)
        assert.deepEqual(run(make(), bytewise(bytes)), whole)
      }),
      { numRuns: 300 },
    )
  })

test('any two messages come through counted and with LF', () => {
  const message = fc
    .string({ minLength: 1, maxLength: 40 })
    .map((text) => `<13>${text.replace(/[\0\r\n]/g, '_')}`)
  fc.assert(
    fc.property(fc.array(fc.tuple(message, fc.boolean()), { maxLength: 10 }), (sent) => {
      const wire = sent.map(([text, counted]) =>
        counted ? `${Buffer.byteLength(text)} ${text}` : `${text}\n`,
      )
      const got = createSyslogFramer().push(Buffer.from(wire.join('')))
      assert.deepEqual(
        got.map((frame) => Buffer.from(frame.bytes).toString()),
        sent.map(([text]) => text),
      )
    }),
  )
})

test('a line of 10 MB costs linear time and bounded memory in small pieces', () => {
  const framer = createSyslogFramer()
  const lines = createLineSplitter()
  const chunk = Buffer.alloc(1460, 'x')
  let given = 0
  for (let n = 0; n < 7_200; n += 1) {
    given += framer.push(chunk).length + lines.push(chunk).length
    assert.ok(framer.held < 1_300_000 && lines.held < 1_300_000)
  }
  assert.equal(given, 0)
  const end = Buffer.from('\nnext\n')
  for (const got of [framer.push(end), lines.push(end)]) {
    assert.deepEqual(
      got.map((one) => [one.bytes.length, one.tooLong]),
      [
        [65_536, true],
        [4, undefined],
      ],
    )
  }
})

test('lines tell the position behind their end', () => {
  const splitter = createLineSplitter({}, 100)
  const ends = [...splitter.push(Buffer.from('ab\r\n\nc')), ...splitter.push(Buffer.from('d\ne'))]
  assert.deepEqual(
    ends.map((line) => line.end),
    [104, 108],
  )
  assert.deepEqual(
    splitter.finish().map((line) => line.end),
    [109],
  )
})

const JSON_CASES: readonly { name: string; sent: string; gives: string[] }[] = [
  {
    name: 'objects side by side',
    sent: '{"a":1}{"b":"}{"} {"c":[1,{}]}\n',
    gives: ['{"a":1}', '{"b":"}{"}', '{"c":[1,{}]}'],
  },
  {
    name: 'objects over many lines',
    sent: '{\n "a": 1\n}\n{\n "b": 2\n}',
    gives: ['{\n "a": 1\n}', '{\n "b": 2\n}'],
  },
  {
    name: 'elements of an array',
    sent: '[{"a":1},\n{"b":[2]}, "x,]", 3]',
    gives: ['{"a":1}', '{"b":[2]}', '"x,]"', '3'],
  },
  {
    name: 'escaped quotes',
    sent: '{"a":"\\"}{\\\\"}{"b":2}',
    gives: ['{"a":"\\"}{\\\\"}', '{"b":2}'],
  },
  {
    name: 'garbage between values',
    sent: 'oops {"a":1} nope\n{"b":2}',
    gives: ['oops ', '{"a":1}', 'nope', '{"b":2}'],
  },
  { name: 'a value without end', sent: '{"a":1}{"b":', gives: ['{"a":1}', '{"b":'] },
  { name: 'nothing', sent: ' \n\t', gives: [] },
]

for (const c of JSON_CASES)
  test(`JSON splitting gives ${c.name}`, () => {
    assert.deepEqual(run(createJsonSplitter(), [Buffer.from(c.sent)]), c.gives)
  })

test('JSON values written one behind the other come back as they were', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 6 }),
      (values) => {
        const texts = values.map((value) => JSON.stringify(value))
        const got = createJsonSplitter()
        const pieces = [...got.push(Buffer.from(texts.join(''))), ...got.finish()]
        assert.deepEqual(
          pieces.map((piece) => Buffer.from(piece.bytes).toString()),
          texts,
        )
      },
    ),
  )
})

test('members of objects and elements of arrays are found as written', () => {
  const value = fc.dictionary(
    fc.string().map((key) => key.replace(/["\\]/g, '')),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(value, (object) => {
      const bytes = Buffer.from(JSON.stringify(object, null, 1))
      const members = [...objectMembers(bytes)].map((member) =>
        bytes.subarray(member.start, member.end).toString(),
      )
      assert.deepEqual(
        members.map((text) => JSON.parse(text)),
        JSON.parse(JSON.stringify(Object.values(object))),
      )
      const list = Buffer.from(JSON.stringify(Object.values(object)))
      assert.equal([...arrayElements(list)].length, Object.values(object).length)
      assert.equal(valueEnd(list, 0), list.length)
    }),
  )
})

test('100,000 open brackets and an endless string end the scan without a result', () => {
  assert.equal(valueEnd(Buffer.alloc(100_000, '['), 0), -1)
  assert.equal(valueEnd(Buffer.from(`"${'\\"'.repeat(50_000)}`), 0), -1)
  assert.deepEqual(
    [...objectMembers(Buffer.from('{"a":1,"b":'))].map((member) => member.key),
    ['a'],
  )
})

test('only an envelope of records is opened', () => {
  const opened = (text: string) =>
    envelopeElements(Buffer.from(text))?.map((bytes) => Buffer.from(bytes).toString())
  assert.deepEqual(opened('{"Records":[{"a":1}, {"b":2}]}'), ['{"a":1}', '{"b":2}'])
  assert.deepEqual(opened('{ "records" : [ {"a":1} ] }'), ['{"a":1}'])
  assert.equal(opened('{"Records":[1]}'), undefined)
  assert.equal(opened('{"a":{"Records":[{}]}}'), undefined)
})

test('the form of a text is told from its beginning', () => {
  const form = (text: string, isWhole = true) => textFormOf(Buffer.from(text), isWhole)
  assert.equal(form('{"a":1}\n{"b":2}\n'), 'lines')
  assert.equal(form('{"a":1}\n{broken\n{"b":2}\n'), 'lines')
  assert.equal(form('{\n  "a": 1\n}\n'), 'values')
  assert.equal(form('[{"a":1},{"b":2}]'), 'values')
  assert.equal(form('[\n{"a":1},\n{"b":2}\n]'), 'values')
  assert.equal(form('{"a":1}{"b":2}'), 'values')
  assert.equal(form(`{"Records":[${'{"a":1},'.repeat(20)}`, false), 'values')
  assert.equal(form('[2026-11-23 10:00:00] started\n'), 'lines')
  assert.equal(form('{date} {time} text\n'), 'lines')
  assert.equal(form('<34>Oct 11 22:14:15 host su: x\n'), 'lines')
  assert.equal(form(''), 'lines')
})

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { FEEDS, normaliseIndicator, readIndicatorFile } from './index.ts'
import { refang } from './refang.ts'

const NOW = Date.UTC(2026, 0, 10) * 1000
const DAY = 86_400_000_000
const read = (text: string, ownNetworks: string[] = []) =>
  readIndicatorFile(text, { path: 'iocs.csv', now: NOW, ownNetworks })

const normal: [string, string | undefined, string][] = [
  ['203.0.113.7', undefined, 'ip 203.0.113.7'],
  ['203[.]0[.]113[.]7:8443', undefined, 'ip 203.0.113.7'],
  ['::ffff:203.0.113.7', undefined, 'ip 203.0.113.7'],
  ['2001:DB8:0::1', undefined, 'ip 2001:db8::1'],
  ['[2001:db8::1]:443', undefined, 'ip 2001:db8::1'],
  ['hxxps://EVIL[.]example/Path?q=1#frag', undefined, 'url https://evil.example/Path?q=1'],
  ['hxxp[:]//evil(dot)example', undefined, 'url http://evil.example/'],
  ['hXXp[://]evil.example/a', undefined, 'url http://evil.example/a'],
  ['Evil[.]Example.', undefined, 'domain evil.example'],
  ['*.evil.example', undefined, 'domain evil.example'],
  ['bücher.example', undefined, 'domain xn--bcher-kva.example'],
  ['Mallory[at]evil[.]example', undefined, 'email mallory@evil.example'],
  ['D41D8CD98F00B204E9800998ECF84270', undefined, 'md5 d41d8cd98f00b204e9800998ecf84270'],
  ['curl/8.0 [x]', 'user-agent', 'user-agent curl/8.0 [x]'],
]
for (const [raw, kind, wanted] of normal)
  test(`${raw} is normalised to ${wanted}`, () => {
    const known = kind === 'user-agent' ? kind : undefined
    const found = normaliseIndicator(raw, known)
    assert.ok(found.ok)
    assert.equal(`${found.value.kind} ${found.value.value}`, wanted)
    assert.deepEqual(normaliseIndicator(found.value.value, found.value.kind), found)
  })

const nonsense = [
  '',
  '   ',
  'hello',
  '10.0.0.0/8',
  '1.2.3',
  '0x7f.1',
  '010.1.1.1',
  'a'.repeat(5_000),
  'http://',
  'com',
  '..',
  '\u0000',
]
for (const raw of nonsense)
  test(`${JSON.stringify(raw.slice(0, 20))} is no indicator`, () => {
    assert.equal(normaliseIndicator(raw).ok, false)
  })

test('normalising twice is normalising once, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.webUrl(), fc.domain(), fc.ipV4(), fc.ipV6(), fc.emailAddress()),
      (text) => {
        const once = normaliseIndicator(text)
        if (once.ok) assert.deepEqual(normaliseIndicator(once.value.value, once.value.kind), once)
        refang(text)
      },
    ),
    { numRuns: 300 },
  )
})

test('a header under any of its names gives value, type, confidence, validity, description and technique', () => {
  const found = read(
    'Type,IOC,Confidence,Valid Until,Comment,TTP\r\ndomain,evil.example,high,2026-02-01,"C2, second ""stage""",T1071.001 t1568\r\n',
  )
  assert.deepEqual(found.problems, [])
  const [one] = found.indicators
  assert.ok(one)
  assert.equal(one.kind, 'domain')
  assert.equal(one.confidence, 85)
  assert.equal(one.validUntil, Date.UTC(2026, 1, 1) * 1000)
  assert.equal(one.validFrom, 0)
  assert.equal(one.description, 'C2, second "stage"')
  assert.deepEqual(one.techniques, ['T1071.001', 'T1568'])
  assert.equal(one.feed, 'iocs.csv:2')
})

test('a header behind a hash and a column that names its kind are understood', () => {
  const text =
    '################\n# "first_seen_utc","dst_ip","dst_port","malware"\n"2026-01-05 10:00:00","203.0.113.7","443","Loader"\n# end\n'
  const { indicators } = read(text)
  assert.equal(indicators[0]?.value, '203.0.113.7')
  assert.equal(indicators[0]?.validFrom, Date.UTC(2026, 0, 5, 10) * 1000)
  assert.equal(indicators[0]?.description, 'Loader')
})

test('a plain list needs no header and may carry comments', () => {
  const found = read(
    '\uFEFF# bad things\n203.0.113.7 # c2\n\nevil[.]example\nhxxp://evil.example/x // dropper\n',
  )
  assert.deepEqual(
    found.indicators.map((one) => one.value),
    ['203.0.113.7', 'evil.example', 'http://evil.example/x'],
  )
  assert.equal(found.lines, 3)
})

test('a URL list is not taken for a header because of its first line', () => {
  const found = read('http://a.example/1,2\nhttp://b.example/\n')
  assert.equal(found.indicators.length, 2)
})

test('semicolons and tabs separate too', () => {
  assert.equal(read('value;type\nevil.example;domain\n').indicators.length, 1)
  assert.equal(read('value\ttype\nevil.example\tdomain\n').indicators.length, 1)
})

test('without an end an address is valid for 30 days and a hash for a year', () => {
  const { indicators } = read(`203.0.113.7\n${'ab'.repeat(32)}\n`)
  assert.deepEqual(
    indicators.map((one) => (one.validUntil - NOW) / DAY),
    [30, 365],
  )
})

test('equal indicators become one: highest confidence, widest validity, all techniques', () => {
  const found = read(
    'value,confidence,valid_until,technique,description\nEVIL.example,40,2026-03-01,T1071,first\nevil[.]example,90,2026-02-01,T1568,second\n',
  )
  assert.equal(found.duplicates, 1)
  const [one] = found.indicators
  assert.equal(one?.confidence, 90)
  assert.equal(one?.description, 'second')
  assert.equal(one?.validUntil, Date.UTC(2026, 2, 1) * 1000)
  assert.deepEqual(one?.techniques, ['T1568', 'T1071'])
})

const refused = [
  '10.1.2.3',
  '127.0.0.1',
  '::1',
  '169.254.1.1',
  'fe80::1',
  '100.64.0.1',
  '224.0.0.1',
  '0.0.0.0',
  '::ffff:10.0.0.1',
  '8.8.8.8',
  '1.1.1.1',
  '198.51.100.9',
  'google.com',
  'http://10.0.0.5/x',
  'https://github.com/',
  'http://localhost/x',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
]
for (const value of refused)
  test(`${value} is refused as a false alarm in waiting`, () => {
    const found = read(`${value}\n`, ['198.51.100.0/24'])
    assert.equal(found.indicators.length, 0)
    assert.equal(found.refused, 1)
    assert.equal(found.problems[0]?.code, 'refused')
  })

test('a page on a site that everybody uses may be an indicator', () => {
  assert.equal(read('https://github.com/mallory/tool/releases/x.exe\n').indicators.length, 1)
})

test('bad lines are counted with their numbers and never end the reading', () => {
  const found = read(
    'value,type\nevil.example,domain\nnot an ip,ip\n"unclosed,ip\n10.0.0.0/8,ip\n,ip\n203.0.113.9,ip\n',
  )
  assert.deepEqual(
    found.problems.map((one) => one.line),
    [3, 4, 5, 6],
  )
  assert.equal(found.bad, 4)
  assert.deepEqual(
    found.indicators.map((one) => one.value),
    ['evil.example', '203.0.113.9'],
  )
})

test('a quoted line break keeps the line numbers right', () => {
  const found = read('value,description\nevil.example,"two\nlines"\nbroken one,\n')
  assert.equal(found.problems[0]?.line, 4)
})

test('any text is accounted for line by line and nothing throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'abc.,;"\n\r\t#1/:[]@ \u0000') }), (text) => {
      const found = read(text)
      assert.equal(
        found.lines,
        found.indicators.length + found.duplicates + found.bad + found.refused,
      )
    }),
    { numRuns: 500 },
  )
})

test('many bad lines give a thousand problems and the whole count', () => {
  const found = read('x\n'.repeat(5_000))
  assert.equal(found.bad, 5_000)
  assert.equal(found.problems.length, 1_000)
})

test('every feed has a folder and every folder is a feed', () => {
  const folders = readdirSync(new URL('./feeds', import.meta.url)).sort()
  assert.deepEqual(
    FEEDS.map((feed) => feed.name),
    folders,
  )
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { UTC } from '../../zone.ts'
import { decodeEvtxChunk, evtx, evtxChunks, isEvtx } from './index.ts'
import {
  bytesValue,
  type RecordPlan,
  slot,
  tag,
  type Value,
  value,
  writeChunk,
  type Xml,
} from './testing/write-chunk.ts'

const NAMED = (name: string, body: Xml[]): Xml => tag('Data', { Name: [{ text: name }] }, body)

const SYSTEM = tag('System', {}, [
  tag('Provider', {
    Name: [{ text: 'Acme-Audit' }],
    Guid: [{ text: '{0a1b2c3d-0000-0000-0000-00000000000f}' }],
  }),
  tag('EventID', { Qualifiers: [slot(0, 6)] }, [slot(1, 6)]),
  tag('Keywords', {}, [slot(2, 0x15)]),
  tag('TimeCreated', { SystemTime: [slot(3, 0x11)] }),
  tag('EventRecordID', {}, [slot(4, 0x0a)]),
  tag('Correlation', { ActivityID: [slot(5, 0x0f)] }),
  tag('Execution', { ProcessID: [slot(6, 8)], ThreadID: [slot(7, 8)] }),
  tag('Channel', {}, [{ text: 'Acme/Audit' }]),
  tag('Computer', {}, [slot(8, 1)]),
])

const SYSTEM_VALUES: readonly Value[] = [
  value.none(),
  value.u16(4711),
  value.hex64(0x8020_0000_0000_0000n),
  value.time(1_761_399_873_440_907n),
  value.u64(12n),
  value.none(),
  value.u32(44),
  value.u32(55),
  value.text('srv1.acme.example'),
]
const FIRST = SYSTEM_VALUES.length

function plan(rest: Xml[], values: readonly Value[]): RecordPlan {
  const body = [SYSTEM, ...rest]
  const template = [tag('Event', { xmlns: [{ text: 'urn:events' }] }, body)]
  return { template, values: [...SYSTEM_VALUES, ...values] }
}

function dataPlan(fields: readonly (readonly [string, Value])[]): RecordPlan {
  const data = fields.map(([name, { type }], at) => NAMED(name, [slot(FIRST + at, type)]))
  return plan(
    [tag('EventData', {}, data)],
    fields.map(([, one]) => one),
  )
}

function onlyEvent(one: RecordPlan): Record<string, unknown> {
  const { records, damaged } = decodeEvtxChunk(writeChunk([one]))
  assert.deepEqual(damaged, [])
  assert.equal(records.length, 1)
  return records[0]?.event ?? {}
}

describe('an EVTX chunk', () => {
  test('gives System flattened, typed, and without what was left out', () => {
    assert.deepEqual(onlyEvent(plan([], [])), {
      Provider_Name: 'Acme-Audit',
      Provider_Guid: '0A1B2C3D-0000-0000-0000-00000000000F',
      EventID: 4711,
      Keywords: '0x8020000000000000',
      TimeCreated_SystemTime: '2025-10-25T13:44:33.440907Z',
      EventRecordID: 12,
      Execution_ProcessID: 44,
      Execution_ThreadID: 55,
      Channel: 'Acme/Audit',
      Computer: 'srv1.acme.example',
    })
  })

  const sid = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0]
  const guid = [0x44, 0x1a, 0xa4, 0x5a, 0x41, 0xd4, 0xfc, 0x68, 0xe3, 0x30, 0, 0, 0, 0, 0x40, 0x02]
  const systemTime = [0xe9, 7, 10, 0, 6, 0, 25, 0, 13, 0, 44, 0, 33, 0, 7, 0]
  const kinds: readonly (readonly [string, Value, unknown])[] = [
    ['text', value.text('grüße'), 'grüße'],
    ['text with padding', value.text('a.exe" \0'), 'a.exe"'],
    ['empty text', value.text(''), ''],
    ['ANSI', bytesValue(0x02, [0x61, 0xe9, 0]), 'aé'],
    ['int8', bytesValue(0x03, [0xff]), -1],
    ['uint8', value.u8(255), 255],
    ['int16', bytesValue(0x05, [0xfe, 0xff]), -2],
    ['uint16', value.u16(65_535), 65_535],
    ['int32', bytesValue(0x07, [0xfd, 0xff, 0xff, 0xff]), -3],
    ['uint32', value.u32(4_294_967_295), 4_294_967_295],
    ['int64', value.i64(-5n), -5],
    ['int64 beyond a double', value.i64(-(2n ** 62n)), '-4611686018427387904'],
    ['uint64', value.u64(2n ** 52n), 4_503_599_627_370_496],
    ['uint64 beyond a double', value.u64(2n ** 64n - 1n), '18446744073709551615'],
    ['real32', bytesValue(0x0b, [0, 0, 0x20, 0x40]), 2.5],
    ['real64', bytesValue(0x0c, [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]), 'NaN'],
    ['boolean', value.bool(true), true],
    ['binary', bytesValue(0x0e, [0xde, 0xad, 0x01]), 'DEAD01'],
    ['GUID', bytesValue(0x0f, guid), '5AA41A44-D441-68FC-E330-000000004002'],
    ['sizeT', bytesValue(0x10, [1, 0xab, 0, 0, 0, 0, 0, 0]), '0xab01'],
    ['FILETIME', value.time(-1n), '1969-12-31T23:59:59.999999Z'],
    ['SYSTEMTIME', bytesValue(0x12, systemTime), '2025-10-25T13:44:33.007000Z'],
    ['SID', bytesValue(0x13, sid), 'S-1-5-32-544'],
    ['HexInt32', value.hex32(0xffff_ffff), '0xffffffff'],
    ['HexInt64', value.hex64(0x1_0000_00abn), '0x1000000ab'],
    ['text array', value.texts(['one', 'two ']), ['one', 'two']],
    ['uint16 array', bytesValue(0x86, [1, 0, 2, 0]), [1, 2]],
    ['HexInt64 array', bytesValue(0x95, [9, 0, 0, 0, 0, 0, 0, 0]), ['0x9']],
  ]
  for (const [name, given, expected] of kinds) {
    test(`renders ${name}`, () => {
      assert.deepEqual(onlyEvent(dataPlan([['Field', given]]))['Field'], expected)
    })
  }

  const wrong: readonly (readonly [string, Value])[] = [
    ['an unknown type', bytesValue(0x1e, [1])],
    ['a number of the wrong size', bytesValue(0x08, [1, 2])],
    ['a SID longer than its bytes', bytesValue(0x13, [1, 9, 0, 0, 0, 0, 0, 5, 1, 0, 0, 0])],
    ['half a character', bytesValue(0x01, [0x41, 0, 0x42])],
    ['an array that does not divide', bytesValue(0x88, [1, 2, 3])],
  ]
  for (const [name, given] of wrong) {
    test(`lists a record with ${name} as damaged instead of guessing`, () => {
      const { records, damaged } = decodeEvtxChunk(writeChunk([dataPlan([['Field', given]])]))
      assert.deepEqual(records, [])
      assert.deepEqual(damaged, [{ offset: 512, reason: 'evtx.bad-value' }])
    })
  }

  test('uses a template by reference in later records', () => {
    const first = dataPlan([['Field', value.text('one')]])
    const second = { ...first, values: [...SYSTEM_VALUES, value.text('two')] }
    const { records } = decodeEvtxChunk(writeChunk([first, second]))
    assert.deepEqual(
      records.map(({ recordId, event }) => [recordId, event['Field']]),
      [
        [1, 'one'],
        [2, 'two'],
      ],
    )
  })

  test('lists unnamed data, and gives a single one as it is', () => {
    const unnamed = (count: number): RecordPlan => {
      const data = Array.from({ length: count }, (_, at) => tag('Data', {}, [slot(FIRST + at, 1)]))
      return plan([tag('EventData', {}, data)], ['a', 'b'].slice(0, count).map(value.text))
    }
    assert.equal(onlyEvent(unnamed(1))['Data'], 'a')
    assert.deepEqual(onlyEvent(unnamed(2))['Data'], ['a', 'b'])
  })

  test('reads EventData that is a template of its own inside a value', () => {
    const inner: RecordPlan = {
      template: [tag('EventData', {}, [NAMED('Who', [slot(0, 1)]), NAMED('Id', [slot(1, 8)])])],
      values: [value.text('alice'), value.u32(7)],
    }
    const event = onlyEvent(plan([{ slot: FIRST, type: 0x21 }], [value.nested(inner)]))
    assert.equal(event['Who'], 'alice')
    assert.equal(event['Id'], 7)
  })

  test('flattens UserData below its one element', () => {
    const inner = tag('LogFileCleared', { xmlns: [{ text: 'urn:x' }] }, [
      tag('SubjectUserName', {}, [slot(FIRST, 1)]),
      tag('Place', {}, [tag('Disk', {}, [{ text: 'C' }])]),
    ])
    const event = onlyEvent(plan([tag('UserData', {}, [inner])], [value.text('bob')]))
    assert.equal(event['SubjectUserName'], 'bob')
    assert.equal(event['Place_Disk'], 'C')
  })

  test('joins text, references, CDATA and values, and ignores instructions', () => {
    const body: Xml[] = [
      { text: 'a' },
      { raw: [0x08, 0x42, 0] },
      { raw: [0x07, 1, 0, 0x43, 0] },
      slot(FIRST, 8),
      { raw: [0x0b, 1, 0, 0x5a, 0] },
    ]
    const event = onlyEvent(plan([tag('EventData', {}, [NAMED('Mix', body)])], [value.u32(9)]))
    assert.equal(event['Mix'], 'aBC9')
  })

  test('takes the name of a data element from the record when the template leaves it open', () => {
    const data = tag('Data', { Name: [slot(FIRST, 1)] }, [slot(FIRST + 1, 1)])
    const event = onlyEvent(
      plan([tag('EventData', {}, [data])], [value.text('Late'), value.text('x')]),
    )
    assert.equal(event['Late'], 'x')
  })

  test('never lets a data field pose as a System value or as a prototype', () => {
    const event = onlyEvent(
      dataPlan([
        ['Channel', value.text('Security')],
        ['__proto__', value.text('p')],
        ['constructor', value.text('c')],
      ]),
    )
    assert.equal(event['Channel'], 'Acme/Audit')
    assert.equal(event['EventData_Channel'], 'Security')
    assert.equal(event['EventData___proto__'], 'p')
    assert.equal(event['constructor'], 'c')
    assert.equal(Object.getPrototypeOf(event), Object.prototype)
  })
})

describe('a damaged EVTX chunk', () => {
  const plans = ['one', 'two', 'three'].map((word) => dataPlan([['Field', value.text(word)]]))
  const whole = writeChunk(plans)
  const places = decodeEvtxChunk(whole).records.map(({ offset, size }) => ({ offset, size }))

  test('that is no chunk gives no record and says so', () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(65_536), whole.subarray(0, 511)])
      assert.deepEqual(decodeEvtxChunk(bytes), {
        records: [],
        damaged: [{ offset: 0, reason: 'evtx.no-chunk' }],
      })
  })

  test('gives the records around one that is broken', () => {
    const chunk = whole.slice()
    const middle = places[1]
    assert.ok(middle)
    chunk[middle.offset] = 0
    const { records, damaged } = decodeEvtxChunk(chunk)
    assert.deepEqual(
      records.map(({ event }) => event['Field']),
      ['one', 'three'],
    )
    assert.deepEqual(damaged, [
      { offset: 0, reason: 'evtx.checksum' },
      { offset: middle.offset, reason: 'evtx.bad-record' },
    ])
  })

  test('cut at any place gives a beginning of its records and reports the loss', () => {
    const end = (places[2]?.offset ?? 0) + (places[2]?.size ?? 0)
    for (let length = 512; length < end; length += 13) {
      const { records, damaged } = decodeEvtxChunk(whole.slice(0, length))
      assert.deepEqual(
        records.map(({ event }) => event['Field']),
        ['one', 'two', 'three'].slice(0, records.length),
      )
      assert.ok(damaged.length > 0, `${length}`)
    }
  })

  test('goes on past its end mark while the record ids do', () => {
    const chunk = whole.slice()
    new DataView(chunk.buffer).setUint32(48, places[1]?.offset ?? 0, true)
    assert.equal(decodeEvtxChunk(chunk).records.length, 3)
    new DataView(chunk.buffer).setUint32((places[2]?.offset ?? 0) + 8, 99, true)
    assert.equal(decodeEvtxChunk(chunk).records.length, 2)
  })

  test('with any bits turned never throws, ends, and is not taken for sound', () => {
    const end = (places[2]?.offset ?? 0) + (places[2]?.size ?? 0)
    const flips = fc.array(
      fc.tuple(fc.integer({ min: 512, max: end - 1 }), fc.integer({ min: 1, max: 255 })),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    fc.assert(
      fc.property(flips, (list) => {
        const chunk = whole.slice()
        for (const [at, mask] of list) chunk[at] = (chunk[at] ?? 0) ^ mask
        const isSame = chunk.every((byte, at) => byte === whole[at])
        const { records, damaged } = decodeEvtxChunk(chunk)
        assert.ok(records.length <= 3)
        assert.equal(damaged.length === 0, isSame)
      }),
      { numRuns: 600 },
    )
  })

  test('of random bytes behind a good header never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 600, maxLength: 4000 }), (noise) => {
        const chunk = whole.slice(0, 550 + noise.length)
        chunk.set(noise, 550)
        decodeEvtxChunk(chunk)
      }),
      { numRuns: 300 },
    )
  })

  test('with a template that contains itself ends', () => {
    const self = { raw: [0x0c, 1, 7, 0, 0, 0, 550 & 255, 550 >> 8, 0, 0, 0, 0, 0, 0] }
    const loop = { template: [tag('Event', {}, [self, self])], values: [] }
    assert.deepEqual(decodeEvtxChunk(writeChunk([loop])), {
      records: [],
      damaged: [{ offset: 512, reason: 'evtx.too-deep' }],
    })
  })

  test('that multiplies its work is stopped', () => {
    const levels = Array.from({ length: 5 }, () => Array.from({ length: 60 }, () => slot(0, 0x21)))
    let inner: RecordPlan = { template: [tag('EventData', {}, [])], values: [] }
    for (const template of levels) inner = { template, values: [value.nested(inner)] }
    const bomb = plan([{ slot: FIRST, type: 0x21 }], [value.nested(inner)])
    const { records, damaged } = decodeEvtxChunk(writeChunk([bomb]))
    assert.deepEqual(records, [])
    assert.deepEqual(damaged, [{ offset: 512, reason: 'evtx.too-much-work' }])
  })
})

describe('an EVTX file', () => {
  const chunk = writeChunk([dataPlan([['Field', value.text('one')]])])
  const file = new Uint8Array(4096 + 2 * 65_536)
  file.set(new TextEncoder().encode('ElfFile\0'))
  file.set(chunk, 4096)
  file.set(chunk, 4096 + 65_536)
  const context = { received: 0, feed: 'file', meta: {}, zone: UTC }

  test('is cut into its chunks, whatever its header says and wherever it ends', () => {
    const offsets = (bytes: Uint8Array): number[] =>
      [...evtxChunks(bytes)].map(({ offset }) => offset)
    assert.deepEqual(offsets(file), [4096, 69_632])
    const headless = file.slice()
    headless.fill(0, 0, 4096)
    assert.deepEqual(offsets(headless), [4096, 69_632])
    assert.deepEqual(offsets(file.subarray(0, 70_500)), [4096, 69_632])
    assert.deepEqual(offsets(file.subarray(0, 70_000)), [4096])
  })

  test('is known by its first bytes, as is a chunk', () => {
    assert.equal(isEvtx(file), true)
    assert.equal(isEvtx(chunk), true)
    assert.equal(isEvtx(new TextEncoder().encode('<Event>')), false)
  })

  test('gives native records with host, time and their own bytes', () => {
    const outcome = evtx.read(file, context)
    assert.ok(outcome.ok)
    assert.equal(outcome.value.length, 2)
    const [first] = outcome.value
    assert.ok(first && 'fields' in first)
    assert.equal(first.host, 'srv1.acme.example')
    assert.equal(first.time?.micros, 1_761_399_873_440_907)
    assert.equal(first.raw?.[0], 0x2a)
  })

  test('gives each stretch that cannot be read as damage beside the records', () => {
    const torn = file.slice()
    torn[4096 + 512] = 0
    const outcome = evtx.read(torn, context)
    assert.ok(outcome.ok)
    assert.deepEqual(
      outcome.value.map((part) => ('damage' in part ? [part.damage, part.detail] : 'event')),
      [['evtx.checksum', 'at byte 4096'], ['evtx.bad-record', 'at byte 4608'], 'event'],
    )
  })

  test('that is none is a bad outcome', () => {
    const none = evtx.read(new Uint8Array(100), context)
    assert.deepEqual(none.ok ? '' : none.code, 'evtx.no-chunk')
  })
})

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { DIALECTS, INPUTS, openJournal, readLogFile, walkFiles } from '#collect/index.ts'

const shared = new URL('../../../shared/', import.meta.url)
const wire = new URL('data/structure/wire/', shared)
const skip = existsSync(wire) ? false : 'needs ../shared'

/** What goes in by this feed, with a fresh journal. */
async function withJournal<T>(
  act: (journal: Awaited<ReturnType<typeof openJournal>>, folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-corpus-'))
  const journal = await openJournal({ folder, log: silentLog })
  try {
    return await act(journal, folder)
  } finally {
    await journal.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length

for (const name of ['tcp-mixed-framing.bin', 'syslog-ng-octet-5424.bin', 'syslog-ng-lf-3164.bin'])
  test(`what real senders wrote into ${name} comes out message by message`, { skip }, () =>
    withJournal(async (journal, folder) => {
      const bytes = readFileSync(new URL(name, wire))
      const expected = count(bytes.toString('latin1'), /<\d{1,3}>/g)
      const syslog = INPUTS.find((input) => input.name === 'syslog')
      const input = await syslog?.open(
        { listen: '127.0.0.1:0', transports: ['tcp'] },
        {
          journal,
          clock: systemClock,
          log: silentLog,
          stateFolder: folder,
          refused: () => assert.fail('nothing may be refused'),
          signal: new AbortController().signal,
        },
      )
      const port = Number(input?.listening[0]?.split(':').at(-1))
      for (const size of [1, 7, 100_000]) {
        const socket = connect(port, '127.0.0.1')
        for (let at = 0; at < bytes.length; at += size) socket.write(bytes.subarray(at, at + size))
        socket.end()
        const before = journal.durable
        while (journal.durable < before + expected) await systemClock.sleep(5)
        const limits = { maxRecords: 1_000, maxBytes: 1e6, below: journal.durable }
        const texts = (await journal.read(before, limits)).map((r) =>
          Buffer.from(r.bytes).toString(),
        )
        assert.equal(texts.length, expected)
        for (const text of texts) assert.match(text, /^<\d{1,3}>[^\n]*[^\n\r\0]$/)
      }
      await input?.close()
    }),
  )

/** The requests of the capture: path, headers and body. */
function* requests(): Generator<{ path: string; headers: Record<string, string>; body: Buffer }> {
  const bytes = readFileSync(new URL('http-bulk-hec-journal.txt', wire))
  let at = 0
  for (;;) {
    const start = bytes.indexOf('### POST ', at)
    const bodyStart = bytes.indexOf('BODY(', start)
    if (start === -1 || bodyStart === -1) return
    const [first = '', headers = '{}'] = bytes.subarray(start, bodyStart).toString().split('\n')
    const length = Number(
      /^BODY\((\d+)/.exec(bytes.toString('latin1', bodyStart, bodyStart + 20))?.[1],
    )
    at = bytes.indexOf(': ', bodyStart) + 2
    yield {
      path: first.slice('### POST '.length),
      headers: JSON.parse(headers),
      body: bytes.subarray(at, at + length),
    }
    at += length
  }
}

test(
  'what rsyslog and syslog-ng sent to Splunk and Elasticsearch is taken and answered with success',
  { skip },
  () =>
    withJournal(async (journal) => {
      let expected = 0
      for (const { path, headers, body } of requests()) {
        const dialect = DIALECTS.find((one) => one.routes.some((route) => route.path === path))
        if (!dialect) continue
        const isHec = dialect.name === 'splunk-hec'
        const answer = await dialect.handle(
          {
            method: 'POST',
            path,
            params: {},
            query: {},
            headers: { authorization: 'Bearer 11111111-2222-3333-4444-555555555555', ...headers },
            body,
            peer: '127.0.0.1',
          },
          {
            journal,
            clock: systemClock,
            log: silentLog,
            tokens: { isValid: (token) => token === '11111111-2222-3333-4444-555555555555' },
            refused: () => assert.fail('nothing may be refused'),
          },
        )
        assert.equal(answer.status, 200, answer.body)
        expected += isHec
          ? count(body.toString(), /"event":/g)
          : count(body.toString(), /"index":\{/g)
      }
      assert.ok(expected >= 9)
      const limits = { maxRecords: 1_000, maxBytes: 1e6, below: journal.durable }
      const records = await journal.read(0, limits)
      assert.equal(records.length, expected)
      assert.deepEqual(new Set(records.map((r) => r.feed)), new Set(['bulk', 'hec']))
      assert.ok(
        records.every((r) => r.dead === undefined && r.meta?.[r.feed === 'hec' ? 'host' : 'index']),
      )
    }),
)

test('every file of the test data is read to its end without a dead record', { skip }, async () => {
  const folder = fileURLToPath(new URL('data/', shared))
  const picked: string[] = []
  for (const name of readdirSync(folder)) {
    const own: string[] = []
    if (!name.includes('.'))
      for await (const path of walkFiles([join(folder, name)])) own.push(path)
    // A sample spread over the folder: the whole takes too long.
    const step = Math.max(1, Math.floor(own.length / 40))
    picked.push(...own.filter((_, at) => at % step === 0))
  }
  let records = 0
  for (const path of picked)
    for await (const record of readLogFile(path)) {
      records += 1
      assert.equal(record.dead, undefined, path)
      assert.ok(record.bytes.length > 0)
    }
  assert.ok(records > picked.length)
})

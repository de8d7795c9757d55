import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './sources.ts'

/** One step of the check: a command, and whether its output is a node:test report. */
interface Step {
  readonly name: string
  readonly args: readonly string[]
  readonly tests?: boolean
}

interface Result {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly string[]
}

const BIN = join(ROOT.pathname, 'node_modules', '.bin')
const tests = (name: string, patterns: readonly string[], flags: readonly string[] = []): Step => ({
  name,
  args: [process.execPath, '--test', ...flags, ...globSync([...patterns], { cwd: ROOT }).sort()],
  tests: true,
})

/** The lanes run side by side, the steps of one lane in order: two cores, two lanes. */
const LANES: readonly (readonly Step[])[] = [
  [
    { name: 'types', args: [join(BIN, 'tsc'), '--noEmit'] },
    { name: 'types of the console', args: [join(BIN, 'tsc'), '--noEmit', '-p', 'console'] },
    { name: 'lint', args: [join(BIN, 'biome'), 'check', '--error-on-warnings', '.'] },
    { name: 'dead code', args: [join(BIN, 'knip')] },
    { name: 'docs', args: [process.execPath, 'tools/docs.ts', '--verify'] },
    tests(
      'unit',
      ['src/**/*.test.ts', 'tools/**/*.test.ts', 'console/**/*.test.ts'],
      ['--test-isolation=none'],
    ),
    tests('content', ['tests/content/**/*.test.ts'], ['--test-isolation=none']),
    tests('corpus', ['tests/corpus/**/*.test.ts'], ['--test-concurrency=1']),
  ],
  [
    { name: 'console build', args: [join(BIN, 'vite'), 'build', 'console', '--logLevel', 'warn'] },
    tests('flow', ['tests/flow/**/*.test.ts'], ['--test-concurrency=1']),
    tests('console', ['tests/console/**/*.test.ts'], ['--test-concurrency=1']),
    tests('package', ['tests/package/**/*.test.ts'], ['--test-concurrency=1']),
  ],
]

const wanted = process.argv.slice(2)
const temp = mkdtempSync(join(tmpdir(), 'vedette-check-'))
const results = (await Promise.all(LANES.map(runLane))).flat()
rmSync(temp, { recursive: true, force: true })
const sum = (pick: (result: Result) => number) =>
  results.reduce((total, result) => total + pick(result), 0)
const skipped = results.flatMap((result) => result.skipped)
for (const name of skipped) say(`skipped: ${name}`)
say(
  `${sum((r) => r.passed)} passed, ${sum((r) => r.failed)} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
)
process.exit(sum((r) => r.failed) === 0 ? 0 : 1)

async function runLane(steps: readonly Step[]): Promise<Result[]> {
  const done: Result[] = []
  for (const step of steps) {
    if (wanted.length > 0 && !wanted.includes(step.name)) continue
    done.push(await runStep(step))
  }
  return done
}

async function runStep(step: Step): Promise<Result> {
  const [program = '', ...args] = step.args
  const started = performance.now()
  const report = join(temp, `${step.name.replaceAll(' ', '-')}.tap`)
  const reporters = step.tests
    ? [
        '--test-reporter=tap',
        `--test-reporter-destination=${report}`,
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
      ]
    : []
  const at = args.indexOf('--test') + 1
  const { status, output, complaints } = await run(program, [
    ...args.slice(0, at),
    ...reporters,
    ...args.slice(at),
  ])
  const result = step.tests
    ? readReport(report, status)
    : { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: [] }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const count = step.tests
    ? `, ${result.passed} passed${result.skipped.length > 0 ? `, ${result.skipped.length} skipped` : ''}`
    : ''
  say(`${result.failed === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s${count})`)
  if (result.failed > 0) say(step.tests ? failuresOf(output) : `${output}${complaints}`.trimEnd())
  // What servers under test said before they ended is the cause more often than the failed test.
  if (result.failed > 0 && step.tests && complaints !== '') say(complaints.slice(-6_000).trimEnd())
  return result
}

/** Counts leaf tests; a runner that died without a report, or ran nothing, is a failure. */
function readReport(path: string, status: number): Result {
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return { passed: 0, failed: 1, skipped: [] }
  }
  const total = (name: string) => Number(new RegExp(`^# ${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0)
  const skipped = [...text.matchAll(/^\s*ok \d+ - (.*?) # SKIP ?(.*)$/gm)].map(
    (m) => `${m[1]} (${m[2] ?? ''})`,
  )
  const failed = total('fail') + total('cancelled')
  const nothing = total('tests') === 0
  return {
    passed: total('pass'),
    failed: failed === 0 && (status !== 0 || nothing) ? 1 : failed,
    skipped,
  }
}

function failuresOf(output: string): string {
  const at = output.indexOf('failing tests:')
  return (at === -1 ? output.slice(-8_000) : output.slice(at)).trimEnd()
}

function run(
  program: string,
  args: readonly string[],
): Promise<{ status: number; output: string; complaints: string }> {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      PATH: `${BIN}:${process.env['PATH'] ?? ''}`,
      NODE_OPTIONS: '',
      FORCE_COLOR: '0',
    }
    const child = spawn(program, [...args], {
      cwd: ROOT.pathname,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let complaints = ''
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString()
    })
    child.stderr.on('data', (part: Buffer) => {
      complaints += part.toString()
    })
    child.on('error', (error) => resolve({ status: 1, output: '', complaints: String(error) }))
    child.on('close', (status) => resolve({ status: status ?? 1, output, complaints }))
  })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

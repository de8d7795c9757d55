import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { Command } from 'commander'
import { COMMANDS } from './commands.ts'
import { numberFrom, zoneOption } from './verb.ts'

test('verbs are listed in the order of the alphabet, one for each file', () => {
  const names = COMMANDS.map((verb) => verb.name)
  assert.deepEqual(names, [...names].sort())
  const files = readdirSync(new URL('commands/', import.meta.url))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.slice(0, -3))
  assert.deepEqual(names, files.sort())
})

for (const verb of COMMANDS) {
  test(`${verb.name} says how it is typed and what it does, and each option is described`, () => {
    assert.ok(verb.usage === verb.name || verb.usage.startsWith(`${verb.name} `))
    assert.match(verb.summary, /^[A-Z].{20,120}\.$/)
    const root = new Command(verb.name)
    verb.declare(root, () => undefined)
    const commands = [root, ...root.commands]
    const words = verb.usage.split(/[ |]/)
    for (const sub of root.commands)
      assert.ok(words.includes(sub.name()), `usage lacks ${sub.name()}`)
    for (const command of commands)
      for (const option of command.options)
        assert.ok(option.description.length > 5, `${command.name()} ${option.flags}`)
  })
}

test('the help names every verb once, shortest first sight of the whole', () => {
  const program = new Command('vedette').configureOutput({ getOutHelpWidth: () => 200 })
  for (const verb of COMMANDS) {
    const command = program.command(verb.name).summary(verb.summary)
    verb.declare(command, () => undefined)
  }
  const lines = program.helpInformation().split('\n')
  const at = lines.indexOf('Commands:')
  assert.deepEqual(
    lines.slice(at + 1, -2).map((line) => line.trim().replace(/\s{2,}.*$/, '')),
    [
      'audit',
      'bench',
      'demo [options]',
      'ledger',
      'parse [options] [path...]',
      'plan',
      'rules',
      'scan [options] <path...>',
      'sign-in [options]',
      'up [options]',
    ],
  )
})

test('a number that is none, or too small, is refused', () => {
  const parse = numberFrom(1)
  assert.equal(parse('5'), 5)
  for (const text of ['', ' ', 'x', '0', '-1', 'Infinity', 'NaN', '1x'])
    assert.throws(() => parse(text))
})

test('a time zone that is none is refused, offsets and names are not', () => {
  const parse = (text: string) => zoneOption().parseArg?.(text, undefined)
  for (const text of ['UTC', 'Europe/Berlin', '+02:00']) assert.equal(parse(text), text)
  for (const text of ['Mars/One', '', 'Europe']) assert.throws(() => parse(text))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DOORS } from './doors.ts'
import { sourceFiles, withoutComments } from './sources.ts'

const files = sourceFiles(['src'])
  .filter(
    ({ path }) =>
      !path.includes('.test.ts') && !path.includes('/testing/') && !path.endsWith('golden.ts'),
  )
  .map(({ path, text }) => ({ path, text: withoutComments(text) }))

for (const door of DOORS) {
  test(`${door.name} only behind its door: ${door.because}`, () => {
    const wrong = files
      .filter(
        ({ path, text }) => door.pattern.test(text) && !door.only.some((file) => file.test(path)),
      )
      .map(({ path }) => path)
    assert.deepEqual(wrong, [])
  })
}

test('each door stands where the table says', () => {
  for (const door of DOORS) {
    const used = files.some(
      ({ path, text }) => door.only.some((file) => file.test(path)) && door.pattern.test(text),
    )
    assert.ok(used, `${door.name}: nothing behind the door, so the pattern may be wrong`)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renderSql } from './literal.ts'

test('every byte of a text is escaped, so that it cannot end its quotes or name a place', () => {
  assert.equal(
    renderSql('= {a:String}', { a: "'ü{b:String}" }),
    "= '\\x27\\xc3\\xbc\\x7b\\x62\\x3a\\x53\\x74\\x72\\x69\\x6e\\x67\\x7d'",
  )
  assert.equal(renderSql('{a:String}', { a: '' }), "''")
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.match(renderSql('{a:String}', { a: text }), /^'(\\x[0-9a-f]{2})*'$/)
    }),
  )
})

test('numbers and lists become literals of their type', () => {
  assert.equal(renderSql('{a:Int64} {b:Int64}', { a: 5, b: -5 }), '5 (-5)')
  assert.equal(renderSql('{a:Float64}', { a: 1e-7 }), "toFloat64('1e-7')")
  assert.equal(renderSql('{a:Array(Int64)}', { a: [1, 2] }), '[1, 2]')
  assert.equal(renderSql('{a:Array(String)}', { a: [] }), "CAST([], 'Array(String)')")
  assert.equal(renderSql('{a:Array(String)}', { a: ['a'] }), "['\\x61']")
})

test('a value of the wrong kind or a missing one is a bug that shows', () => {
  assert.throws(() => renderSql('{a:Int64}', { a: '1; DROP TABLE events' }))
  assert.throws(() => renderSql('{a:Int64}', { a: 1.5 }))
  assert.throws(() => renderSql('{a:Float64}', { a: Number.NaN }))
  assert.throws(() => renderSql('{a:String}', {}))
  assert.throws(() => renderSql('{constructor:String}', {}))
})

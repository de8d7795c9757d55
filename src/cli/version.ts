import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseJsonObject } from '#base/json.ts'
import { packageRoot } from '#run/index.ts'

/** The version of this package, `0.1.0`. */
export function version(): string {
  const parsed = parseJsonObject(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  return parsed.ok ? String(parsed.value['version']) : 'unknown'
}

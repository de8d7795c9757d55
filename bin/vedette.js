#!/usr/bin/env node
// Starts Vedette on the Node it needs: from source in a checkout, from dist in an installed package.
// Plain JavaScript, so that an older Node can read it and hand over to the pinned one.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NEEDED_MAJOR = 24
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'src', 'cli', 'main.ts')
const built = join(root, 'dist', 'src', 'cli', 'main.js')
const entry = existsSync(source) ? source : built

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  await import(pathToFileURL(entry).href)
} else {
  const program = pinnedNode()
  if (program === undefined) {
    process.stderr.write(
      `Vedette needs Node ${NEEDED_MAJOR}; this is ${process.version}.\n` +
        `Run it with:  npx -p node@${NEEDED_MAJOR} -p vedette vedette ${process.argv.slice(2).join(' ')}\n`,
    )
    process.exit(2)
  }
  const child = spawn(program, [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (status, signal) => process.exit(signal === null ? status : 1))
}

/** The Node that npm installed beside us, if there is one. */
function pinnedNode() {
  try {
    const require = createRequire(import.meta.url)
    const path = join(dirname(require.resolve('node/package.json')), 'bin', 'node')
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

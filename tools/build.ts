import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { transform } from 'esbuild'
import { ROOT } from './sources.ts'

/**
 * Makes dist/src: the same files as JavaScript, because Node strips types only outside node_modules.
 * File by file, so that workers and child processes find their modules where the source has them.
 */
const root = ROOT.pathname
const out = join(root, 'dist')
rmSync(join(out, 'src'), { recursive: true, force: true })
const files = globSync('src/**/*.ts', { cwd: root }).filter(
  (path) =>
    !path.endsWith('.test.ts') && !path.includes('/testing/') && !path.includes('/fixtures/'),
)
for (const path of files) {
  const text = readFileSync(join(root, path), 'utf8')
  const { code } = await transform(text, { loader: 'ts', format: 'esm', target: 'node24' })
  const target = join(out, path.replace(/\.ts$/, '.js'))
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, withPlainNames(code, dirname(path)))
}
for (const path of globSync('src/**/*.data.json', { cwd: root }))
  cpSync(join(root, path), join(out, path))
process.stdout.write(`built ${files.length} modules\n`)

/** `#room/x.ts` becomes a relative `.js`, `./x.ts` becomes `./x.js`, also in `new URL('./x.ts', …)`. */
function withPlainNames(code: string, folder: string): string {
  return code
    .replace(/(["'])#([\w./-]+?)\.(ts|json)\1/g, (...found: string[]) => {
      const [, quote = '', path = '', ending = ''] = found
      const plain = relative(folder, join('src', path))
      const name = plain.startsWith('.') ? plain : `./${plain}`
      return `${quote}${name}.${ending === 'ts' ? 'js' : ending}${quote}`
    })
    .replace(/(["'])(\.{1,2}\/[\w./-]+?)\.ts\1/g, '$1$2.js$1')
}

/**
 * Writes src/plan/attack-18.1.data.json from an ATT&CK STIX bundle (plain or gzip):
 *   node tools/attack-facts.ts enterprise-attack-18.1.json.gz
 * Facts only: ids, names, tactics, which mitigation answers which technique, which log sources show it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { parseJson } from '../src/base/json.ts'
import { unpack } from '../src/base/unpack.ts'

const Item = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string().optional(),
  revoked: z.boolean().optional(),
  x_mitre_deprecated: z.boolean().optional(),
  external_references: z
    .array(z.object({ source_name: z.string(), external_id: z.string().optional() }))
    .optional(),
  kill_chain_phases: z.array(z.object({ phase_name: z.string() })).optional(),
  relationship_type: z.string().optional(),
  source_ref: z.string().optional(),
  target_ref: z.string().optional(),
  x_mitre_shortname: z.string().optional(),
  x_mitre_analytic_refs: z.array(z.string()).optional(),
  x_mitre_log_source_references: z.array(z.object({ name: z.string() })).optional(),
})
type Item = z.infer<typeof Item>

const MAX_BYTES = 512 * 1024 * 1024

/** The live objects of a STIX bundle, plain or gzip. */
export function readBundle(path: string): Item[] {
  const bytes = readFileSync(path)
  const plain = unpack(bytes, bytes[0] === 0x1f ? 'gzip' : 'identity', MAX_BYTES)
  if (!plain.ok) throw new Error(plain.code)
  const text = Buffer.from(plain.value).toString('utf8')
  const parsed = parseJson(text, { maxChars: MAX_BYTES, maxDepth: 64 })
  if (!parsed.ok) throw new Error(parsed.code)
  const bundle = z.object({ objects: z.array(Item) }).parse(parsed.value)
  return bundle.objects.filter((item) => !item.revoked && !item.x_mitre_deprecated)
}

function attackId(item: Item | undefined): string {
  return (
    item?.external_references?.find((ref) => ref.source_name === 'mitre-attack')?.external_id ?? ''
  )
}

const sorted = (values: Iterable<string>) => [...new Set(values)].filter((v) => v !== '').sort()

/** The facts kept of them, everything sorted so that the same bundle gives the same text. */
export function buildFacts(items: readonly Item[]) {
  const byId = new Map(items.map((item) => [item.id, item]))
  const links = Map.groupBy(
    items.filter((item) => item.type === 'relationship'),
    (link) => `${link.relationship_type} ${link.target_ref}`,
  )
  const sourcesOf = (target: string, kind: string) =>
    (links.get(`${kind} ${target}`) ?? []).flatMap((link) => byId.get(link.source_ref ?? '') ?? [])
  const logsOf = (technique: Item) =>
    sourcesOf(technique.id, 'detects')
      .flatMap((strategy) => strategy.x_mitre_analytic_refs ?? [])
      .flatMap((id) => byId.get(id)?.x_mitre_log_source_references ?? [])
      .map((log) => log.name.trim())
  const techniques = items.filter((item) => item.type === 'attack-pattern' && attackId(item) !== '')
  const logs = sorted(techniques.flatMap(logsOf))
  const rows = techniques.map((technique): [string, string[]] => {
    const mitigations = sourcesOf(technique.id, 'mitigates').map(attackId)
    return [
      attackId(technique),
      [
        technique.name ?? '',
        sorted((technique.kill_chain_phases ?? []).map((phase) => phase.phase_name)).join(' '),
        sorted(mitigations.filter((id) => id.startsWith('M'))).join(' '),
        sorted(logsOf(technique))
          .map((name) => logs.indexOf(name))
          .join(' '),
      ],
    ]
  })
  const mitigations = items
    .filter((item) => item.type === 'course-of-action' && attackId(item).startsWith('M'))
    .map((item): [string, string] => [attackId(item), item.name ?? ''])
  return {
    notice:
      '(c) 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.',
    version: '18.1',
    tactics: sorted(items.map((item) => item.x_mitre_shortname ?? '')),
    mitigations: Object.fromEntries(mitigations.sort(([a], [b]) => (a < b ? -1 : 1))),
    logs,
    techniques: Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

if (import.meta.main) {
  const [path] = process.argv.slice(2)
  if (path === undefined) throw new Error('usage: node tools/attack-facts.ts BUNDLE')
  const out = new URL('../src/plan/attack-18.1.data.json', import.meta.url)
  const text = JSON.stringify(buildFacts(readBundle(path))).replaceAll('],"T', '],\n"T')
  writeFileSync(out, `${text}\n`)
}

import type { RuleStatus } from '#serve/contract/rule.ts'

/** Rules that have all words somewhere in title, id, description, techniques, families or kind. */
export function matching(rules: readonly RuleStatus[], text: string): RuleStatus[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return rules.filter((rule) => {
    const all = [rule.title, rule.id, rule.kind, rule.description, ...rule.techniques]
      .concat(rule.families)
      .join(' ')
      .toLowerCase()
    return words.every((word) => all.includes(word))
  })
}

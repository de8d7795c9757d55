import type { RuleStatus } from '#serve/contract/rule.ts'
import { Age, LevelMark, StateMark } from '../../parts/marks.tsx'
import { countText } from '../../words.ts'

/** One rule; its description opens in place. */
export function RuleRow({ rule, open }: { rule: RuleStatus; open: boolean }) {
  return (
    <tr>
      <td>
        <LevelMark level={rule.level} />
      </td>
      <td className="wide">
        <details open={open}>
          <summary data-row={rule.id}>{rule.title}</summary>
          <p>{rule.description}</p>
          <p className="muted small mono">
            {rule.path} {rule.version.slice(0, 14)}
          </p>
        </details>
      </td>
      <td>{rule.kind}</td>
      <td className="mono">{rule.techniques.join(', ')}</td>
      <td className="right num">{countText(rule.findings)}</td>
      <td>
        {rule.provenAt === undefined ? (
          <StateMark state="unproven" />
        ) : (
          <>
            <StateMark state="proven" /> <Age since={rule.provenAt} /> ago
          </>
        )}
      </td>
    </tr>
  )
}

import type { Run } from '#shape/run.ts'

const MINUTE = 60_000_000

/** One run that waits for approval and one that is done, both for the sample intrusion. */
export function sampleRuns(now: number): Run[] {
  const base = { incidentId: 'incident-5d1f0a7b3c2e', created: now - 25 * MINUTE }
  return [
    {
      ...base,
      id: 'run-contain-1',
      playbookId: 'contain-account-takeover',
      playbookTitle: 'Contain an account takeover',
      status: 'waiting',
      updated: now - 25 * MINUTE,
      steps: [
        {
          name: 'Block the address at the edge',
          action: 'nft.block-address',
          input: { address: '203.0.113.77', table: 'inet vedette', timeout: '24h' },
          idempotencyKey: 'k1',
          status: 'dry-run',
          effect: [
            'nft add element inet vedette blocked { 203.0.113.77 timeout 24h }',
            'undo: nft delete element inet vedette blocked { 203.0.113.77 }',
          ],
          detail: 'The set exists and does not hold the address.',
        },
        {
          name: 'Open an issue for the directory team',
          action: 'github.issue',
          input: { repository: 'lumen-freight/security', title: 'Account takeover: mira.castell' },
          idempotencyKey: 'k2',
          status: 'dry-run',
          effect: ['would open an issue in lumen-freight/security'],
          detail: '',
        },
      ],
    },
    {
      ...base,
      id: 'run-notify-1',
      playbookId: 'notify-on-call',
      playbookTitle: 'Tell the person on call',
      status: 'done',
      updated: now - 24 * MINUTE,
      decidedBy: 'policy: message only',
      decidedAt: now - 25 * MINUTE,
      steps: [
        {
          name: 'Message to the channel',
          action: 'slack.message',
          input: { url: '[secret]', text: 'Critical incident' },
          idempotencyKey: 'k3',
          status: 'done',
          effect: ['sent one message'],
          detail: 'answered 200',
          startedAt: now - 25 * MINUTE,
          endedAt: now - 25 * MINUTE,
        },
      ],
    },
  ]
}

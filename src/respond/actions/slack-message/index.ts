import { z } from 'zod'
import { CallUrl, defineAction, revealed, shownUrl } from '../../action.ts'
import { actFromError, actFromResponse } from '../../http.ts'

const input = z.strictObject({
  url: CallUrl.describe('Incoming webhook of Slack, Mattermost, Rocket.Chat …, as ${env:NAME}.'),
  text: z.string().min(1, 'expected a text').max(30_000).describe('The message, Slack mrkdwn.'),
})

/** Posts a message to a Slack-compatible incoming webhook. */
export const slackMessage = defineAction({
  name: 'slack-message',
  summary: 'Posts a message to a Slack-compatible incoming webhook.',
  input,
  needs: ['an incoming webhook address'],
  reversible: false,
  fixed: ['url'],
  // Only these three signs carry meaning: links, mentions and channel calls all start with `<`.
  escape: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  dryRun: async (wanted) => [`Message to ${shownUrl(wanted.url)}:`, ...wanted.text.split('\n')],
  probe: async () => ({ state: 'unknown', detail: 'a message cannot be looked up' }),
  async act(wanted, context) {
    try {
      const response = await context.egress.send({
        method: 'POST',
        url: revealed(wanted.url),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: wanted.text }),
        maxBytes: 4_096,
      })
      return actFromResponse(response, `message to ${shownUrl(wanted.url)}`)
    } catch (error) {
      return actFromError(error)
    }
  },
  verify: async () => ({ state: 'unknown', detail: 'the answer is all that can be seen' }),
})

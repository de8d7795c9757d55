import type { Action } from './action.ts'
import { githubIssue } from './actions/github-issue/index.ts'
import { nftBlockAddress } from './actions/nft-block-address/index.ts'
import { slackMessage } from './actions/slack-message/index.ts'
import { webhook } from './actions/webhook/index.ts'

/** Every kind of action, alphabetical. */
export const ACTIONS: readonly Action[] = [githubIssue, nftBlockAddress, slackMessage, webhook]

/** The action with this name. */
export function actionNamed(name: string): Action | undefined {
  return ACTIONS.find((action) => action.name === name)
}

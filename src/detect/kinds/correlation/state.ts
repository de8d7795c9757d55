import { isObject } from '#base/json.ts'
import type { GroupState, Item } from './group.ts'

/** The whole state of the correlations as plain data. Rules are named by id and version. */
export interface CorrelationState {
  readonly done: number
  readonly newest: number
  readonly advanced: number
  readonly held: readonly {
    readonly t: number
    readonly key: string
    readonly item: Item
    readonly rule: string
  }[]
  readonly groups: readonly {
    readonly rule: string
    readonly key: string
    readonly state: GroupState
  }[]
}

/** Whether data has the form of a correlation state; items are trusted, only this room writes them. */
export function isCorrelationState(value: unknown): value is CorrelationState {
  return (
    isObject(value) &&
    typeof value['done'] === 'number' &&
    typeof value['newest'] === 'number' &&
    typeof value['advanced'] === 'number' &&
    Array.isArray(value['held']) &&
    Array.isArray(value['groups'])
  )
}

const LOWEST = -8.64e15

/** A time for JSON, which knows no infinity. */
export function finite(value: number): number {
  return Number.isFinite(value) ? value : Math.sign(value) * 8.64e15
}

/** The time that `finite` wrote. */
export function infinite(value: number): number {
  return Math.abs(value) >= -LOWEST ? Math.sign(value) * Infinity : value
}

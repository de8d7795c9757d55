import { useEffect, useRef } from 'react'

/** What each key does; `g i` means g, then i. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>

/** Listens for keys while no field has the focus and no modifier is held. */
export function useKeys(keys: Keys): void {
  const current = useRef(keys)
  current.current = keys
  useEffect(() => {
    let before = ''
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const act = current.current[`${before} ${event.key}`] ?? current.current[event.key]
      before = event.key
      if (!act) return
      event.preventDefault()
      act(event)
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

/** Moves the focus by `step` among the rows of a list (`data-row`), from the first when none has it. */
export function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.findIndex((row) => row.isSameNode(document.activeElement))
  const next = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

/** The value of `data-row` of the row that has the focus, or of the first one. */
export function currentRow(): string | undefined {
  const focused = document.activeElement
  const row = focused instanceof HTMLElement && focused.dataset['row'] ? focused : undefined
  return (row ?? document.querySelector<HTMLElement>('[data-row]'))?.dataset['row']
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

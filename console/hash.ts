import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'

/** Scrolls to the part that the address names (`#close`), once what holds it is there. */
export function useHashPart(ready: boolean): void {
  const hash = useRouterState({ select: (state) => state.location.hash })
  useEffect(() => {
    if (ready && hash !== '') document.getElementById(hash)?.scrollIntoView({ block: 'start' })
  }, [ready, hash])
}

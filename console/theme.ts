import { useState } from 'react'

/** How the page is lit; `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark'

const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' }

/** The theme and a way to the next one; kept in this browser. `assets/theme.js` applies it before the first paint. */
export function useTheme(): { theme: Theme; next: () => void } {
  const [theme, setTheme] = useState<Theme>(currentTheme)
  const next = () => {
    const chosen = NEXT[theme]
    if (chosen === 'auto') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = chosen
    keep(chosen)
    setTheme(chosen)
  }
  return { theme, next }
}

function currentTheme(): Theme {
  const chosen = document.documentElement.dataset['theme']
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto'
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem('vedette-theme', theme)
  } catch {
    // No storage: it holds until the page is closed.
  }
}

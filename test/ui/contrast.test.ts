import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'

const css = await readFile(
  new URL('../../collector/dashboard/src/styles/tokens.css', import.meta.url),
  'utf8',
)
const COLOUR = /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g

describe.each([
  ['light', 2],
  ['dark', 3],
])('%s colours', (_, place) => {
  const colours = Object.fromEntries([...css.matchAll(COLOUR)].map((found) => [found[1]!, found[place]!]))
  const grounds = ['ground', 'panel', 'hover', 'chosen', 'good-ground', 'warn-ground', 'bad-ground']

  test.each(['ink', 'quiet', 'accent', 'good', 'warn', 'bad'])('%s reads on every ground', (text) => {
    for (const ground of grounds) {
      expect(contrast(colours[text]!, colours[ground]!), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }
  })

  test('services can be seen on every ground', () => {
    const services = Object.keys(colours).filter((name) => name.startsWith('service-'))
    expect(services).toHaveLength(10)
    for (const name of services) {
      for (const ground of grounds) {
        expect(contrast(colours[name]!, colours[ground]!), `${name} on ${ground}`).toBeGreaterThanOrEqual(3)
      }
    }
  })
})

/** As WCAG 2 defines it, 1 to 21. */
function contrast(one: string, other: string): number {
  const [dim = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dim + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

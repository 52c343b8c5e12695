import { expect, test } from 'vitest'
import { helpText } from './help-text.ts'
import { hubline } from './testing/command.ts'
import { widthOf } from './text-width.ts'

test('prose is filled to the width, what is indented or labelled keeps its lines', () => {
  const text =
    'Usage: x\n\nExamples:\n  a very long example line stays\n\nOne two three\nfour five\nCodes: 1 a\nNames: b'
  expect(helpText(text, 20)).toBe(
    'Usage: x\n\nExamples:\n  a very long example line stays\n\nOne two three four\nfive\nCodes: 1 a\nNames: b',
  )
})

test('each command has help with examples, no wider than a terminal', async () => {
  const { out } = await hubline(['--help'])
  const names = [...out.matchAll(/^ {2}([a-z]+)(?: \[| <| {2})/gm)].map(([, name]) => name!)
  expect(names.length).toBeGreaterThan(20)
  const commands = names.filter((name) => name !== 'help').map((name) => [name])
  for (const sub of ['create', 'list', 'rotate', 'revoke']) commands.push(['token', sub])
  for (const command of commands) {
    const help = await hubline([...command, '--help'])
    expect({ command, ...help }).toMatchObject({ code: 0, out: expect.stringContaining('\nExamples:\n') })
    // The flags of the collector are told by the collector.
    const wide = help.out.split('\n').filter((line) => widthOf(line) > 100)
    if (command[0] !== 'collector') expect({ command, wide }).toEqual({ command, wide: [] })
  }
})

import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { hubline } from '../testing/command.ts'

async function script(shell: string): Promise<string> {
  const { code, out } = await hubline(['completion', shell])
  expect(code).toBe(0)
  return out
}

/** What bash offers for the last word of a line. */
async function offered(line: string): Promise<string[]> {
  const words = line.split(' ')
  const ask = `
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
    COMP_CWORD=${words.length - 1}
    _hubline
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await promisify(execFile)('bash', ['-uc', `${await script('bash')}\n${ask}`])
  return stdout.split('\n').filter((word) => word !== '')
}

test.each([
  ['hubline he', ['heartbeat', 'help']],
  ['hubline tra', ['traces', 'trace']],
  ['hubline token ', ['create', 'list', 'rotate', 'revoke', 'help', '-h', '--help']],
  ['hubline token create --sc', ['--scope']],
  ['hubline token create shop --scope ', ['ingest', 'read', 'admin']],
  ['hubline export m', ['metrics']],
  ['hubline event x --severity w', ['warning']],
  ['hubline completion ', ['bash', 'zsh', 'fish', '-h', '--help']],
  ['hubline import --url ', []],
  ['hubline run -- token ', []],
])('bash completes %j', async (line, words) => {
  expect(await offered(line)).toEqual(words)
})

test.each(['bash', 'zsh', 'fish'])(
  'the script for %s names every command, and its shell reads it',
  async (shell) => {
    const text = await script(shell)
    const { out } = await hubline(['--help'])
    const commands = [...out.slice(out.indexOf('Commands:')).matchAll(/^ {2}([a-z]+)/gm)].map(
      ([, name]) => name!,
    )
    expect(commands.length).toBeGreaterThan(10)
    for (const command of commands) expect(text).toMatch(new RegExp(`['" ]${command}['": ]`))
    if (spawnSync(shell, ['-c', 'true']).error) return
    const place = await mkdtemp(join(tmpdir(), 'hubline-completion-'))
    onTestFinished(() => rm(place, { recursive: true, force: true }))
    const file = join(place, 'script')
    await writeFile(file, text)
    expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  },
)

test('another shell is a wrong command line', async () => {
  const { code, err } = await hubline(['completion', 'tcsh'])
  expect([code, err]).toEqual([2, expect.stringContaining('Allowed choices are bash, zsh, fish')])
})

import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const FILES: Record<string, string> = {
  'index.html': '<h1>shop</h1>',
  'app.js': 'console.log("shop")\n'.repeat(200),
  'page.html': '<p>{{name}}</p>',
  'broken.html': '{{',
  'report 1.txt': 'ten chairs\n',
  '.secret': 'none',
}

/** The path of a folder of files with known times, until the suite ends. */
export function makeFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hubline-apps-'))
  for (const [name, content] of Object.entries(FILES)) {
    writeFileSync(join(folder, name), content)
    utimesSync(join(folder, name), 1_700_000_000, 1_700_000_000)
  }
  afterAll(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Parts of a form, as a browser writes them. */
export function multipart(parts: readonly { name: string; file?: string; value: string }[]) {
  const body = parts.map(({ name, file, value }) => {
    const more = file === undefined ? '' : `; filename="${file}"\r\nContent-Type: text/plain`
    return `--edge\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  })
  return {
    headers: { 'Content-Type': 'multipart/form-data; boundary=edge' },
    body: `${body.join('')}--edge--\r\n`,
  }
}

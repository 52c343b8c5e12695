// Keeps and delivers what a spool holds until it is killed; writes down each id that is made, kept and delivered.
// WRITERS: so many write at the same time. FORGETS names the files that it never syncs, to be found out: "pointer",
// "folder" or "segment".
import { appendFileSync, promises } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DISK } from '../../../packages/core/src/client/spool/disk.ts'
import { Spool } from '../../../packages/core/src/client/spool/spool.ts'

const [folder, log, task, dieAt] = process.argv.slice(2) as [string, string, 'both' | 'drain', string]
const forgotten = process.env['FORGETS']
let unlinks = 0
const logger = {
  error() {},
  warn: (line: string) => appendFileSync(`${log}.said`, `${line}\n`),
  info() {},
  debug() {},
}
const disk = {
  ...DISK,
  open: async (...args: Parameters<typeof promises.open>) => {
    const handle = await promises.open(...args)
    if (forgotten && kindOf(String(args[0])) === forgotten) handle.sync = async () => {}
    return handle
  },
  /** The pointer has moved, the segment is still there. */
  unlink: (file: Parameters<typeof promises.unlink>[0]) => {
    if (++unlinks === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
    return promises.unlink(file)
  },
}
const instance = `i${process.pid}`
const spool = new Spool({ folder, source: 's', env: 'e', instance, maxBytes: 1e8, logger, disk })
const lane = spool.lane('events')

function kindOf(file: string): 'pointer' | 'segment' | 'folder' {
  if (basename(file).startsWith('pointer.')) return 'pointer'
  return file.endsWith('.spool') ? 'segment' : 'folder'
}

async function keep(writer: number): Promise<void> {
  for (let n = 0; ; n++) {
    const ids = Array.from({ length: 1 + (n % 7) }, (_, k) => `${process.pid}-${writer}-${n}-${k}`)
    appendFileSync(`${log}.made`, `${ids.join('\n')}\n`)
    const records = ids.map((id) => ({ body: Buffer.from(id), items: 1 }))
    await lane.write(records, 1, () => appendFileSync(`${log}.kept`, `${ids.join('\n')}\n`))
  }
}

async function deliver(): Promise<boolean> {
  const chunk = await lane.next(4, 1e6)
  if (!chunk) return false
  const ids = chunk.records.map(({ body }) => Buffer.from(body).toString())
  appendFileSync(`${log}.delivered`, `${ids.join('\n')}\n`)
  await chunk.settle(chunk.records.length)
  return true
}

/** Whether any process has left something, also where it is not taken over yet. */
async function waiting(): Promise<boolean> {
  // A folder that is taken over meanwhile changes its name.
  const files = await promises.readdir(folder, { recursive: true }).catch(() => ['moving.spool'])
  return files.some((name) => name.endsWith('.spool') && !dirname(name).endsWith('damaged'))
}

spool.open()
if (task === 'both') {
  for (let writer = 0; writer < Number(process.env['WRITERS'] ?? 1); writer++) void keep(writer)
  for (;;) if (!(await deliver())) await pause(1)
}
for (;;) {
  if (await deliver()) continue
  if (!(await waiting())) break
  await pause(1)
}
await spool.close()

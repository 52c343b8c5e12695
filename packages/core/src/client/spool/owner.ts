import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Whose a folder is stands in its name, so that making and claiming it are each one atomic step:
 * `<instance>~<place>~<pid>~<start>~<random>`.
 */
const NAME = /^([\w.-]+)~([0-9a-z]+)~(\d+)~(\d+)~[0-9a-f]{8}$/

interface Owner {
  instance: string
  /** Where its pid means something: this host, this boot, this container. */
  place: string
  pid: number
  /** When the process began, in the system's own unit; 0 where that is not known. */
  start: number
}

/** A folder name for this process. */
export function ownName(instance: string): string {
  return nameOf({ instance, place: place(), pid: process.pid, start: startOf(process.pid) })
}

/** The name under which a claimed folder goes on. */
export function claimedName(name: string): string {
  return ownName(ownerOf(name)?.instance ?? 'unknown')
}

/** The name under which anyone may have the folder at once. */
export function releasedName(name: string): string {
  return nameOf({ instance: ownerOf(name)?.instance ?? 'unknown', place: '0', pid: 0, start: 0 })
}

/** Whether the owner of `name` is surely alive or surely gone; undefined when only time can tell. */
export function isAlive(name: string): boolean | undefined {
  const owner = ownerOf(name)
  if (!owner || owner.pid === 0) return false
  if (owner.place !== place()) return undefined
  if (!exists(owner.pid)) return false
  const start = startOf(owner.pid)
  if (start === 0 || owner.start === 0) return owner.pid === process.pid ? true : undefined
  return start === owner.start
}

export function isSpoolFolder(name: string): boolean {
  return NAME.test(name)
}

function nameOf({ instance, place, pid, start }: Owner): string {
  const safe = instance.replace(/[^\w.-]/g, '_').slice(0, 60) || 'unknown'
  return `${safe}~${place}~${pid}~${start}~${randomBytes(4).toString('hex')}`
}

function ownerOf(name: string): Owner | undefined {
  const match = NAME.exec(name)
  if (!match) return undefined
  return { instance: match[1]!, place: match[2]!, pid: Number(match[3]), start: Number(match[4]) }
}

let here: string | undefined

/** Two containers may have the same host name and the same pids; their pid namespaces differ. */
function place(): string {
  return (here ??= createHash('sha256')
    .update([hostname(), read('/proc/sys/kernel/random/boot_id'), namespace()].join('\n'))
    .digest('hex')
    .slice(0, 10))
}

/** Field 22 of /proc/<pid>/stat, in clock ticks since boot: a pid that is used again has another. */
function startOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) || 0
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

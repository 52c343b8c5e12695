import { cpus, totalmem, release, type } from 'node:os'

/** What a run was measured on. */
export interface Machine {
  /** RFC 3339, the day alone. */
  date: string
  node: string
  cores: number
  cpu: string
  memoryGiB: number
  system: string
}

export function machine(): Machine {
  const all = cpus()
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cores: all.length,
    cpu: all[0]!.model.trim(),
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
  }
}

export function describeMachine({ date, node, cores, cpu, memoryGiB, system }: Machine): string {
  return `${date}, ${system}, ${cores} cores (${cpu}), ${memoryGiB} GiB, node ${node}`
}

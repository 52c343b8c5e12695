import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Bytes of all files below a directory, by the folder in it (`''` for those in none). */
export async function diskUsage(directory: string): Promise<Map<string, number>> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  const usage = new Map<string, number>()
  const count = async (folder: string, path: string): Promise<void> => {
    // Files may vanish meanwhile.
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    )
    usage.set(folder, (usage.get(folder) ?? 0) + size)
  }
  await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const [folder = ''] = relative(directory, parentPath).split(sep)
        return count(folder, join(parentPath, name))
      }),
  )
  return usage
}

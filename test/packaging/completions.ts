import { join } from 'node:path'
import ts from 'typescript'

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
}

/**
 * What an editor offers in a file of a project, by the language service that editors ask: for each `▮` of its text, where the
 * cursor would stand, the names in order.
 */
export function offeredIn(project: string, name: string, marked: string): string[][] {
  const file = join(project, name)
  const parts = marked.split('▮')
  const text = parts.join('')
  const host: ts.LanguageServiceHost = {
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot(path) {
      const content = path === file ? text : ts.sys.readFile(path)
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
    },
    getCurrentDirectory: () => project,
    getCompilationSettings: () => OPTIONS,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: ts.sys.realpath!,
  }
  const service = ts.createLanguageService(host)
  let position = 0
  return parts.slice(0, -1).map((part) => {
    position += part.length
    const found = service.getCompletionsAtPosition(file, position, {})
    return (found?.entries ?? []).map((entry) => entry.name).toSorted()
  })
}

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
 * What an editor offers in a file of a project, by the language service that editors ask. Each question is the file's whole
 * text, with `▮` where the cursor stands.
 *
 * @example
 * const offered = editorOf(project, 'a.mts')
 * offered("import { getHub } from '@hubline/core'; getHub().▮")
 */
export function editorOf(project: string, name: string): (code: string) => string[] {
  const file = join(project, name)
  let text = ''
  let version = 0
  const host: ts.LanguageServiceHost = {
    getScriptFileNames: () => [file],
    getScriptVersion: (path) => (path === file ? String(version) : '1'),
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
  return (code) => {
    text = code.replace('▮', '')
    version++
    const found = service.getCompletionsAtPosition(file, code.indexOf('▮'), {})
    return (found?.entries ?? []).map((entry) => entry.name).toSorted()
  }
}

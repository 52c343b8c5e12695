import ts from 'typescript'

const files = new Map<string, ts.SourceFile | undefined>()
const { getKeyForCompilationSettings } = ts.createDocumentRegistry()

/**
 * A host of the compiler that gives the same files to all programs of this process whose options read a file alike:
 * most of what programs stand on are declarations of libraries, and to read these takes a third of the time.
 */
export function sharingHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile.bind(host)
  const readAs = getKeyForCompilationSettings(options)
  host.getSourceFile = (name, how, ...more) => {
    const { impliedNodeFormat, jsDocParsingMode } = typeof how === 'object' ? how : {}
    const key = [name, readAs, impliedNodeFormat, jsDocParsingMode].join('\n')
    const file = files.get(key) ?? read(name, how, ...more)
    files.set(key, file)
    return file
  }
  return host
}

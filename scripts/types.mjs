// Checks the types of every workspace as `tsc --noEmit` does in each, in one process: files that several programs stand on,
// most of them declarations of libraries, are read once.
import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'

const { workspaces } = JSON.parse(readFileSync('package.json', 'utf8'))
const programs = [...workspaces, 'collector/dashboard'].flatMap((folder) =>
  globSync(`${folder}/tsconfig.json`),
)

const files = new Map()
const { getKeyForCompilationSettings } = ts.createDocumentRegistry()

/** Programs whose options read a file alike are given the same. */
function sharingHost(options) {
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile.bind(host)
  const readAs = getKeyForCompilationSettings(options)
  host.getSourceFile = (name, how, ...more) => {
    const key = [name, readAs, how.impliedNodeFormat, how.jsDocParsingMode].join('\n')
    const file = files.get(key) ?? read(name, how, ...more)
    files.set(key, file)
    return file
  }
  return host
}

const wrong = []

const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => wrong.push(problem) }
const parsed = programs
  .toSorted()
  .map((config) => ts.getParsedCommandLineOfConfigFile(config, { noEmit: true }, host))
const owner = new Map(parsed.flatMap((program) => program.fileNames.map((name) => [name, program])))

for (const each of parsed) {
  const { options, fileNames, errors } = each
  const program = ts.createProgram({
    rootNames: fileNames,
    options,
    configFileParsingDiagnostics: errors,
    host: sharingHost(options),
  })
  wrong.push(...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics())
  for (const file of program.getSourceFiles()) {
    // What another program holds to its own options is imported here, and right when it is right there.
    const isHere = (owner.get(file.fileName) ?? each) === each
    if (isHere) wrong.push(...ts.getPreEmitDiagnostics(program, file))
  }
}

const told = ts.sortAndDeduplicateDiagnostics(wrong)
process.stdout.write(ts.formatDiagnosticsWithColorAndContext(told, ts.createCompilerHost({})))
process.exitCode = told.length > 0 ? 1 : 0

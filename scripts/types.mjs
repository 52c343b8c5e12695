// Checks the types of every workspace as `tsc --noEmit` does in each, in one process.
import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { sharingHost } from './sharing-host.ts'

const { workspaces } = JSON.parse(readFileSync('package.json', 'utf8'))
const programs = [...workspaces, 'collector/dashboard'].flatMap((folder) =>
  globSync(`${folder}/tsconfig.json`),
)

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

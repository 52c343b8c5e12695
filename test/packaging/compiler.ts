import { join } from 'node:path'
import ts from 'typescript'
import { sharingHost } from '../../scripts/sharing-host.ts'

const OURS = /\/node_modules\/@?hubline\//

/**
 * Compiles programs in a project with options of `tsc`, and writes JavaScript beside them unless they say `--noEmit`.
 *
 * @returns what is wrong in these programs and in our declarations that they use, a line each; what other packages declare is
 * read and not judged, as it takes most of the time
 */
export function compile(project: string, args: readonly string[]): string[] {
  const { options, fileNames, errors } = ts.parseCommandLine(args)
  const names = fileNames.map((name) => join(project, name))
  const host = sharingHost(options)
  host.getCurrentDirectory = () => project
  const program = ts.createProgram(names, options, host)
  const judged = program.getSourceFiles().filter(({ fileName }) => {
    return names.includes(fileName) || OURS.test(fileName)
  })
  const wrong = [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...judged.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ]
  if (!options.noEmit) for (const name of names) program.emit(program.getSourceFile(name))
  return ts.formatDiagnostics(wrong, host).split('\n').slice(0, -1)
}

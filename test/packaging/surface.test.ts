import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { PACKAGES } from './packages.ts'
import { REPOSITORY } from './places.ts'

interface Surface {
  values: string
  types: string
}

/** Every name that users may rely on. To change one is a decision: it goes into the changelog too. */
const SURFACE: Record<string, Surface> = {
  '@hubline/core': {
    values: 'contextConsole createHub getHub healthHandler logContext',
    types:
      'Answer Clock Coverage EventOptions HealthAnswer HealthOptions HttpInteraction Hub HubConfig HubEvent HubHealth HubOptions HubStats ' +
      'InteractionMode LifecycleState LogContext Logger Mode NativePayloads NativeType Outcome Outgoing Priority Send ' +
      'Severity Transport',
  },
  '@hubline/core/adapter': {
    values:
      'addHookOf addressOf beginExchange beginWork currentExchange exchangeOf onFarewell onListening openEvents pathMatcher pathOf ' +
      'resolveConfig runExchange serviceResource uninstrumented',
    types:
      'AnyHttpServer Draft Environment EventClient EventClientOptions Exchange HttpRequest HttpResponse Receipt ' +
      'Resolution WorkSpan',
  },
  '@hubline/core/wire': {
    values:
      'EVENT_LIMITS FINGERPRINT_VERSION PRIORITIES SEVERITIES canonicalId createRedactor eventUuid fieldErrors fieldsOf fingerprint ' +
      'fingerprintOf fingerprintVersion formatTraceParent fromOriginal isUlid linesOf newEventId normaliseTimestamp ' +
      'parseTraceParent parseV8Stack payloadErrors readEvent readVocabulary toEcosystem toHub toMesh',
    types:
      'DescribedEvent DescribedVocabulary FieldErrors HttpInteraction HubEvent HubEventInput JsonSchema LifecycleState NativePayloads NativeType OriginalDialect ' +
      'Outcome Priority Redactor Severity StackFrame TraceParent',
  },
  '@hubline/core/testing': { values: 'fakeClock hublineMatchers memorySink', types: 'FakeClock MemorySink' },
  '@hubline/express': { values: 'default getHub healthHandler hubline', types: 'Hub HubOptions' },
  '@hubline/fastify': { values: 'default getHub healthHandler hubline', types: 'Hub HubOptions' },
  '@hubline/nestjs': {
    values: 'HUB Hub HublineModule InjectHub getHub healthHandler',
    types: 'HubOptions HublineAsyncOptions',
  },
  '@hubline/otel': { values: 'startOtel', types: 'Otel' },
  '@hubline/otel/register': { values: '', types: '' },
  '@hubline/hooks': {
    values:
      'EventBus EventHookFactory HubReporter MessagePriority SYSTEMS Track correlate correlationHeaders createHooks currentCorrelationId defineVocabulary ' +
      'describeVocabulary emitMultipleEvents getAllHookMetrics getHubReporter hubEvents track vocabularySchema',
    types:
      'BusErrorOptions BusLifecycleState BusMetricOptions DefinedVocabulary EventBusOptions EventData EventDefinition EventName EventSink EventToEmit EventsOf HookOptions HookSet ' +
      'Hooks HubEvents LifecycleDetails MetricOptions PublishOptions RegisterOptions ReporterOptions RetryOptions SystemHooks SystemName TrackDecorator TrackOptions Trackable ' +
      'Vocabulary',
  },
  '@hubline/collector': {
    values: 'ConfigError runFromCommandLine startCollector',
    types: 'Collector CollectorOptions',
  },
  '@hubline/collector/mcp': { values: 'serveStdio', types: 'ToolAnswer ToolCall' },
}

const require = createRequire(import.meta.url)

const DOORS = PACKAGES.flatMap((each) =>
  each.doors.map((door) => ({ ...each, door, path: join(each.name, door) })),
)

describe.each(DOORS)('$path', ({ path, folder, door, formats }) => {
  test.each(formats)('exports what it promises, in types and in code, as %s', async (format) => {
    const code = await fileOf(folder, door, format)
    const declarations = code.replace(/js$/, 'ts').replace(/\.(c?ts)$/, '.d.$1')
    const { values, types } = exportsOf(declarations)

    expect({ values: values.join(' '), types: types.join(' ') }).toEqual(SURFACE[path])
    const loaded = (format === 'esm' ? await import(pathToFileURL(code).href) : require(code)) as object
    expect(Object.keys(loaded).sort(), 'the types promise something else than the code has').toEqual(values)
  })
})

/** The file that package.json names for a door. */
async function fileOf(folder: string, door: string, format: 'esm' | 'cjs'): Promise<string> {
  const manifest = await readFile(join(REPOSITORY, folder, 'package.json'), 'utf8')
  const { exports } = JSON.parse(manifest) as { exports: Record<string, string | Record<string, string>> }
  const target = exports[door]!
  const file = typeof target === 'string' ? target : target[format === 'esm' ? 'import' : 'require']!
  return join(REPOSITORY, folder, file)
}

/** The names that a declaration file exports, as values and as types alone, in order. */
function exportsOf(declarations: string): { values: string[]; types: string[] } {
  const program = ts.createProgram([declarations], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: [],
    noLib: true,
  })
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(declarations)
  if (!file) throw new Error(`${declarations} is missing: npm run build`)
  const names: { values: string[]; types: string[] } = { values: [], types: [] }
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(file)!)) {
    const isValue = isAlias(symbol)
      ? !isTypeOnly(symbol) && hasValue(checker.getAliasedSymbol(symbol))
      : hasValue(symbol)
    names[isValue ? 'values' : 'types'].push(symbol.name)
  }
  return { values: names.values.sort(), types: names.types.sort() }
}

const isAlias = ({ flags }: ts.Symbol): boolean => (flags & ts.SymbolFlags.Alias) !== 0

const hasValue = ({ flags }: ts.Symbol): boolean => (flags & ts.SymbolFlags.Value) !== 0

/** `export { type Hub }` of a class gives its type alone. */
function isTypeOnly({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some((each) => ts.isExportSpecifier(each) && ts.isTypeOnlyExportDeclaration(each))
}

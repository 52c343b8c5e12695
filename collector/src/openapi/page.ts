import { isDeepStrictEqual } from 'node:util'
import type { JsonSchema, OpenApiDocument, OpenApiOperation, OpenApiParameter } from './document.ts'

/** The document as one page without scripts. */
export function documentPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags[0]!)
  const { title, version, description } = document.info
  const sections = document.tags.map(({ name }) => {
    const shown = byTag
      .get(name)!
      .map(({ method, path, operation }) => showOperation(method, path, operation))
    return `<section><h2 id="${escape(idOf(name))}">${escape(name)}</h2>${shown.join('')}</section>`
  })
  const links = document.tags.map(({ name }) => `<a href="#${escape(idOf(name))}">${escape(name)}</a>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} API</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<header><h1>${escape(title)} <small>${escape(version)}</small></h1>
<p>${escape(description)} For programs: <a href="/openapi.json">openapi.json</a>.</p>
<nav>${links.join(' ')}</nav></header>
<main>${sections.join('\n')}</main>
</body>
</html>
`
}

function showOperation(method: string, path: string, operation: OpenApiOperation): string {
  const { operationId, summary, description = '', parameters, requestBody, responses } = operation
  const body = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) =>
    showSchema(type, schema),
  )
  return `<details id="${escape(operationId)}">
<summary><b class="${escape(method)}">${method.toUpperCase()}</b> <code>${escape(path)}</code> ${escape(summary)}</summary>
<p>${escape(description)}</p>
${parameters.length > 0 ? `<h3>Parameters</h3><dl>${parameters.map(showParameter).join('')}</dl>` : ''}
${body.length > 0 ? `<h3>Body</h3>${body.join('')}` : ''}
<h3>Answers</h3><dl>${Object.entries(responses).map(showAnswer).join('')}</dl>
</details>`
}

function showParameter({ name, in: place, required, description = '', schema }: OpenApiParameter): string {
  const words = [place, required ? 'required' : '', typeOf(schema)].filter(Boolean).join(', ')
  return `<dt><code>${escape(name)}</code> <small>${escape(words)}</small></dt><dd>${escape(description)}</dd>`
}

function showAnswer([status, answer]: [string, OpenApiOperation['responses'][string]]): string {
  const { description, content = {} } = answer
  const shown = Object.entries(content)
    .filter(([, { schema = {} }]) => !('$ref' in schema))
    .map(([type, { schema = {} }]) => showSchema(type, schema))
  return `<dt><code>${escape(status)}</code></dt><dd>${escape(description)}${shown.join('')}</dd>`
}

function showSchema(type: string, schema: JsonSchema): string {
  const text = isDeepStrictEqual(schema, {}) ? '' : `<pre>${escape(JSON.stringify(schema, null, 2))}</pre>`
  return `<p><code>${escape(type)}</code></p>${text}`
}

function typeOf({ type, enum: words, items }: JsonSchema): string {
  if (Array.isArray(words)) return words.join(' | ')
  if (type === 'array') return `${typeOf(items as JsonSchema)}, may be repeated`
  return typeof type === 'string' ? type : ''
}

function idOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

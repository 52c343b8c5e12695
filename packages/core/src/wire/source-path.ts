/** Where containers, build machines and people unpack an application. */
const ROOT =
  /^\/(?:usr\/src\/app|usr\/src|usr\/app|app|var\/task|var\/www(?:\/html)?|workspaces?|code|srv|opt|mnt|root|(?:private\/)?tmp|home\/[^/]+|Users\/[^/]+)(?=\/)/
/** Folders that sources lie in; what is above the last of them is a matter of where they were unpacked. */
const SOURCE_FOLDERS = new Set(['src', 'lib', 'dist', 'build', 'out'])
/** Folders that every release names anew: a time, a hash, a UUID, a version. */
const RELEASE = /^(?:\d{8,}|(?=[a-f]*\d)[0-9a-f]{7,40}|[0-9a-f-]{36}|v?\d+\.\d+[\w.+-]*)$/
const MOST_SEGMENTS = 3

/**
 * The path of a source file without what differs between machines and releases: scheme, container root, folders of a
 * release, the hash in a bundle's name.
 *
 * @example
 * normaliseSourcePath('file:///srv/shop/releases/20260131120000/dist/main.4f3a2b1c.js') // 'dist/main.<hash>.js'
 */
export function normaliseSourcePath(path: string): string {
  const plain = path
    .replaceAll('\\', '/')
    .replace(/^[a-z][\w+.-]+:\/\/[^/]*/i, '')
    .replace(/[?#].*$/, '')
    .replace(/^[a-z]:/i, '')
  const segments = plain
    .replace(ROOT, '')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.' && !RELEASE.test(segment))
  const file = withoutHash(segments.pop() ?? '')
  const source = segments.findLastIndex((segment) => SOURCE_FOLDERS.has(segment))
  const kept = source < 0 ? segments.slice(1 - MOST_SEGMENTS) : segments.slice(source)
  return [...kept, file].join('/')
}

/** Hashes of bundlers: hex after a dot or dash, or eight characters after a dash that are no word. */
function withoutHash(file: string): string {
  return file
    .replace(/([.-])(?=[a-f]*\d)[0-9a-f]{6,64}(?=\.)/, '$1<hash>')
    .replace(/-(?:[A-Z0-9]{8}|(?=[\w-]*[a-z])(?=[\w-]*[A-Z0-9])[\w-]{8})(?=\.[cm]?js$)/, '-<hash>')
}

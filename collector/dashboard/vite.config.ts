import { fileURLToPath } from 'node:url'
import { defineConfig, type UserConfig } from 'vite'

// Browsers that know light-dark(), which the colours are written with.
const BROWSERS = ['chrome123', 'firefox120', 'safari17.5']

const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, so that the page works behind a proxy that serves it below another path.
  base: './',
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: BROWSERS,
    cssTarget: BROWSERS,
    // The content security policy wants everything in files of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
    reportCompressedSize: false,
    // What several pages are made of is one file: many small ones compress worse. Of libraries, only pages that draw or list need theirs.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'shared',
              test: /src\/(api|app|components|events|format)\/(?!chart|virtual-list)/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
})

export default config

export { freePort } from '../../../packages/cli/src/demo/ports.ts'

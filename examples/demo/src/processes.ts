export { start, stop, type Program, type Running } from '../../../packages/cli/src/demo/processes.ts'

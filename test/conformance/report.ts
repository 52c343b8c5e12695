import type { Report, Verdict } from './suite.ts'

const MARKS: Readonly<Record<Verdict['result'], string>> = {
  pass: '✓',
  fail: '✗',
  missing: '○',
  'not seen': '–',
}

/** A report for people: every requirement by section, with what was sent, expected and got where it is not met. */
export function readable(report: Report): string {
  const lines = [`OTLP/HTTP conformance of ${report.url}`]
  if (!report.readBack)
    lines.push('Only answers were looked at: what the server keeps cannot be read back here.')
  let section = ''
  for (const verdict of report.verdicts) {
    if (verdict.section !== section) lines.push('', (section = verdict.section))
    lines.push(`  ${MARKS[verdict.result]} ${verdict.requirement}`, ...explained(verdict))
  }
  const { passed, failed, missing, notSeen } = report
  const counts = [`${passed} met`, `${failed} not met`]
  if (missing > 0) counts.push(`${missing} optional ones missing`)
  if (notSeen > 0) counts.push(`${notSeen} not seen`)
  return [...lines, '', counts.join(', '), ''].join('\n')
}

function explained({ sent, expected, got, reason }: Verdict): string[] {
  if (reason !== undefined) return [`      ${reason}`]
  if (sent === undefined) return []
  return [`      sent      ${sent}`, `      expected  ${expected}`, `      got       ${got}`]
}

import type { DoctorFinding } from '../../api/types';

/** What a look at the server found that somebody should do something about here, the gravest first: of the server and of this environment, but not what this page tells by itself. */
export function findingsHere(all: readonly DoctorFinding[], slug: string | undefined, told: readonly string[]): DoctorFinding[] {
  return all
    .filter((one) => one.status !== 'ok' && (one.environment === undefined || one.environment === slug) && !told.includes(one.code ?? ''))
    .sort((a, b) => Number(b.status === 'error') - Number(a.status === 'error'));
}

/** Where something can be done about a finding; undefined where no page can. */
export function placeOf(finding: DoctorFinding): string | undefined {
  if (finding.connection !== undefined) {
    return `/connections/${finding.connection}`;
  }

  return { keys: '/keys', mail: '/settings/health', sandbox: '/settings/health' }[finding.check];
}

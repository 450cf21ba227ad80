import { PageHeader } from '../../parts/PageHeader';
import { t } from '../../texts';

/** To come. */
export function AuditPage() {
  return <PageHeader title={t('layout.nav.audit')} />;
}

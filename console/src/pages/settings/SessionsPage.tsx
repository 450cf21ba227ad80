import { PageHeader } from '../../parts/PageHeader';
import { t } from '../../texts';

/** To come. */
export function SessionsPage() {
  return <PageHeader title={t('layout.nav.sessions')} />;
}

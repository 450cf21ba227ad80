import { PageHeader } from '../../parts/PageHeader';
import { t } from '../../texts';

/** To come. */
export function EnvironmentPage() {
  return <PageHeader title={t('layout.nav.environment')} />;
}

import { PageHeader } from '../../parts/PageHeader';
import { t } from '../../texts';

/** To come. */
export function ResourceFilePage() {
  return <PageHeader title={t('layout.nav.resource_file')} />;
}

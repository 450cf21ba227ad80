import { PageHeader } from '../../parts/PageHeader';
import { t } from '../../texts';

/** To come. */
export function TimelinePage() {
  return <PageHeader title={t('sign_ins.title')} />;
}

import { PageHeader } from '../../parts/PageHeader';
import { t } from '../../texts';

/** The first page. */
export function HomePage() {
  return <PageHeader title={t('home.title')} />;
}

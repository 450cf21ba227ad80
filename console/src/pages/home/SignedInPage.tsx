import { Button } from '@mantine/core';
import { EmptyState } from '../../parts/EmptyState';
import { PageHeader } from '../../parts/PageHeader';
import { t } from '../../texts';

/** Says that the person is signed in again, and that the other tab goes on by itself. */
export function SignedInPage() {
  return (
    <>
      <PageHeader title={t('home.signed_in.title')} />
      <EmptyState icon="check" title={t('home.signed_in.heading')} text={t('home.signed_in.text')}>
        <Button onClick={() => close()}>{t('home.signed_in.action')}</Button>
      </EmptyState>
    </>
  );
}

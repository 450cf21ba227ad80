import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from '../texts';
import { EmptyState } from './EmptyState';
import { PageHeader } from './PageHeader';

/** Stands where no page is. */
export function NotFound() {
  return (
    <>
      <PageHeader title={t('common.not_found.title')} />
      <EmptyState icon="search" title={t('common.not_found.heading')} text={t('common.not_found.text')}>
        <Button component={Link} to="/">
          {t('common.not_found.action')}
        </Button>
      </EmptyState>
    </>
  );
}

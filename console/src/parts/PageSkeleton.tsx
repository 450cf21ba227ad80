import { Skeleton, Stack } from '@mantine/core';
import { t } from '../texts';

/** Stands in while a page or its thing loads. */
export function PageSkeleton() {
  return (
    <Stack gap="lg" role="status" aria-label={t('common.loading')}>
      <Skeleton height={30} width="min(18rem, 70%)" />
      <Skeleton height={14} width="min(32rem, 90%)" />
      <Skeleton height={180} radius="lg" mt="md" />
      <Skeleton height={120} radius="lg" />
    </Stack>
  );
}

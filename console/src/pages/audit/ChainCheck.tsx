import { Alert, Button, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import { CopyField } from '../../parts/CopyField';
import { Icon } from '../../parts/Icon';
import { t } from '../../texts';
import { number } from '../../texts/format';

/** Follows the chain of hashes and says whether anybody changed the log behind the server's back. */
export function ChainCheck() {
  const check = useMutation({ mutationFn: () => unwrap(api.GET('/api/v1/audit-events/check')) });
  const found = check.data;
  return (
    <>
      <Button onClick={() => check.mutate()} loading={check.isPending} leftSection={<Icon name="shield" size={16} />}>
        {t('audit.check')}
      </Button>
      <Modal opened={found !== undefined} onClose={check.reset} title={t('audit.check')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {found !== undefined && (
          <Stack>
            <Alert color={found.intact ? 'accent' : 'red'} icon={<Icon name={found.intact ? 'check' : 'warning'} />} title={t(found.intact ? 'audit.intact' : 'audit.broken')}>
              {found.intact
                ? t('audit.intact_text', { count: number(found.checked) })
                : t('audit.broken_text', { number: number(found.broken_at ?? 0) })}
            </Alert>
            {typeof found.hash === 'string' && <CopyField label={t('audit.last_hash')} value={found.hash} />}
            <Text size="sm" c="dimmed">
              {t('audit.keep_hash')}
            </Text>
          </Stack>
        )}
      </Modal>
    </>
  );
}

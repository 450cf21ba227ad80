import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { fetchAdministrator, signInAgainAddress } from '../api/administrator';
import { session } from '../api/session';
import { Icon } from '../parts/Icon';
import { t } from '../texts';

const every = 2_000;

/** Asks the person to sign in again while the page behind stays as it is; what waited is then sent by itself. */
export function SignInAgain() {
  const queries = useQueryClient();
  const isAsking = useSyncExternalStore(session.subscribe, session.isAsking);
  useEffect(() => {
    if (!isAsking) {
      return;
    }

    // The other tab cannot tell us, so we look.
    const look = () => {
      if (document.visibilityState === 'visible') {
        fetchAdministrator().then(
          () => {
            session.signedIn();
            void queries.invalidateQueries({ queryKey: ['me'] });
          },
          () => undefined,
        );
      }
    };
    const timer = setInterval(look, every);
    addEventListener('focus', look);
    return () => {
      clearInterval(timer);
      removeEventListener('focus', look);
    };
  }, [isAsking, queries]);

  return (
    // Above whatever dialog the call came from.
    <Modal zIndex={1000} opened={isAsking} onClose={session.dismissed} title={t('layout.again.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack>
        <Text>{t('layout.again.text')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={session.dismissed}>
            {t('common.cancel')}
          </Button>
          <Button component="a" href={signInAgainAddress} target="_blank" rel="noopener" rightSection={<Icon name="external" size={16} />} data-autofocus>
            {t('layout.again.action')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

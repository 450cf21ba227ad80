import { Alert, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, read, unwrap } from '../../api/client';
import type { SigningKey } from '../../api/types';
import { Card } from '../../parts/Card';
import { Copy } from '../../parts/CopyField';
import { Icon } from '../../parts/Icon';
import { Mark } from '../../parts/Mark';
import { PageHeader } from '../../parts/PageHeader';
import { Query } from '../../parts/Query';
import { TimeAgo } from '../../parts/TimeAgo';
import { tellDone } from '../../parts/notices';
import { t } from '../../texts';
import { dateTime } from '../../texts/format';
import classes from './KeysPage.module.css';

const keysQuery = read('/api/v1/keys');
const order = ['active', 'next', 'retired', 'former'] as const;

/** The keys that sign tokens: where each is in its life, and what comes next. */
export function KeysPage() {
  const keys = useQuery(keysQuery);
  const queries = useQueryClient();
  const [opened, dialog] = useDisclosure(false);
  const rotate = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/keys/rotate')),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keysQuery.queryKey });
      tellDone(t('keys.rotated'));
    },
    onSettled: dialog.close,
  });

  return (
    <>
      <PageHeader
        title={t('keys.title')}
        text={t('keys.text')}
        recipes={[
          { title: t('keys.rotate'), command: 'xenios keys rotate', call: 'POST /api/v1/keys/rotate' },
          { title: t('keys.recipe.list'), call: 'GET /api/v1/keys' },
        ]}
        action={
          <Button onClick={dialog.open} leftSection={<Icon name="refresh" size={16} />}>
            {t('keys.rotate')}
          </Button>
        }
      />
      <Query of={keys}>
        {({ value }) => (
          <Stack gap="lg">
            {algorithms(value.items).map(([alg, items]) => (
              <Card key={alg} title={t('keys.signs_with', { alg })} text={t(alg === 'RS256' ? 'keys.for_rs256' : 'keys.for_es256')}>
                <ol className={classes.life}>
                  {items.map((key) => (
                    <Key key={key.kid} item={key} />
                  ))}
                </ol>
              </Card>
            ))}
            <Alert color="gray" icon={<Icon name="info" />}>
              {t('keys.schedule')}{' '}
              <Link to="/settings/sessions" hash="keys" className={classes.link}>
                {t('keys.schedule_link')}
              </Link>
            </Alert>
          </Stack>
        )}
      </Query>
      <Modal opened={opened} onClose={dialog.close} title={t('keys.confirm.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack>
          <List size="sm" spacing="xs">
            <List.Item>{t('keys.confirm.now')}</List.Item>
            <List.Item>{t('keys.confirm.then')}</List.Item>
            <List.Item>{t('keys.confirm.people')}</List.Item>
          </List>
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close}>
              {t('common.cancel')}
            </Button>
            <Button onClick={() => rotate.mutate()} loading={rotate.isPending} data-autofocus>
              {t('keys.rotate')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function Key({ item }: { item: SigningKey }) {
  return (
    <li className={classes.key} data-state={item.state}>
      <Group gap="sm" justify="space-between">
        <Group gap="sm">
          <Mark tone={item.state === 'active' ? 'accent' : 'plain'}>{t(`keys.state.${item.state}`)}</Mark>
          <Text size="sm" c="dimmed">
            <TimeAgo value={item.since} />
          </Text>
        </Group>
        {item.until !== undefined && (
          <Text size="sm">{t(`keys.until.${item.state}`, { when: dateTime(item.until) })}</Text>
        )}
      </Group>
      <Text size="sm" mt={6}>
        {t(`keys.what.${item.state}`)}
      </Text>
      <Group gap={4} wrap="nowrap" mt={2}>
        <code className={classes.kid}>{item.kid}</code>
        <Copy value={item.kid} what={t('keys.kid')} />
      </Group>
    </li>
  );
}

function algorithms(items: SigningKey[]): [string, SigningKey[]][] {
  const names = [...new Set(items.map((key) => key.alg))].sort();
  return names.map((alg) => [alg, items.filter((key) => key.alg === alg).sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))]);
}

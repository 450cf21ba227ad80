import { Button, Group, Menu, Skeleton, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { read } from '../../api/client';
import type { Connection } from '../../api/types';
import { EmptyState } from '../../parts/EmptyState';
import { Icon } from '../../parts/Icon';
import { Mark } from '../../parts/Mark';
import { PageHeader } from '../../parts/PageHeader';
import { Query } from '../../parts/Query';
import { Tile, Tiles } from '../../parts/Tiles';
import { t } from '../../texts';
import { Picker } from './Picker';

/** The connections of the environment: Connections, and Settings › Authentication (contract §4). */
export function ConnectionsPage() {
  const isSettings = useRouterState({ select: (state) => state.location.pathname.endsWith('/settings/authentication') });
  const list = useQuery(read('/api/v1/connections', { params: { query: { limit: 100 } } }));
  const settings = useQuery(read('/api/v1/settings'));
  const [opened, picker] = useDisclosure(false);
  const isProduction = settings.data?.value.kind === 'production';
  const add = (
    <Button.Group>
      <Button onClick={picker.open} leftSection={<Icon name="plus" size={16} />}>
        {t('connections.add')}
      </Button>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button px={8} aria-label={t('connections.create')}>
            <Icon name="down" size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('connections.create')}</Menu.Label>
          <Menu.Item component={Link} to="/connections/new/custom">
            {t('connections.custom')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );

  return (
    <>
      <PageHeader
        title={t(isSettings ? 'layout.nav.authentication' : 'connections.title')}
        text={t('connections.text')}
        action={add}
        recipes={[
          { title: t('connections.recipe.list'), command: 'xenios export', call: 'GET /api/v1/connections' },
          { title: t('connections.add'), command: 'xenios apply connections.yaml', call: 'POST /api/v1/connections' },
          { title: t('connections.recipe.test'), command: 'xenios connection test x', call: 'POST /api/v1/connections/x/test' },
        ]}
      />
      <Group justify="space-between" mb="sm">
        <Title order={2}>{t('connections.social')}</Title>
        <Text size="sm" c="dimmed">
          {list.data?.value.items.length}
        </Text>
      </Group>
      <Query of={list} waiting={<Skeleton height={110} radius="lg" maw="22rem" />}>
        {({ value }) =>
          value.items.length === 0 ? (
            <EmptyState icon="plug" title={t('connections.empty.title')} text={t('connections.empty.text')}>
              <Button onClick={picker.open}>{t('connections.add')}</Button>
            </EmptyState>
          ) : (
            <Tiles label={t('connections.social')}>
              {value.items.map((connection) => (
                <Tile
                  key={connection.slug}
                  icon={connection.kind === 'x' ? <Icon name="x" size={20} /> : <Icon name="plug" size={20} />}
                  title={connection.name ?? (connection.kind === 'x' ? 'X' : connection.slug)}
                  text={`${t(`connections.kind.${connection.kind}`)} · ${connection.slug}`}
                  foot={<Marks connection={connection} isProduction={isProduction} />}
                  to={`/connections/${connection.slug}`}
                />
              ))}
            </Tiles>
          )
        }
      </Query>
      <Picker opened={opened} close={picker.close} />
    </>
  );
}

/** How a connection stands: on or off, and whose keys it has. */
export function Marks({ connection, isProduction }: { connection: Connection; isProduction: boolean }) {
  const isOn = connection.enabled !== false;
  const from = connection.credentials ?? 'missing';
  return (
    <>
      <Mark tone={isOn ? 'good' : 'plain'}>{t(isOn ? 'connections.on' : 'connections.off')}</Mark>
      {from !== 'own' && <Mark tone={isProduction || from === 'missing' ? 'bad' : 'warn'}>{t(isProduction ? 'connections.source.blocked' : `connections.source.${from}`)}</Mark>}
    </>
  );
}

import { Badge, Group, Menu, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { home, read, unwrap } from '../api/client';
import { consoleBaseOf, environmentSlug } from '../api/environment';
import { Icon } from '../parts/Icon';
import { t } from '../texts';
import classes from './EnvironmentMenu.module.css';

const shown = 50;

/** Which environment this is, and whether real people sign in here; opens the list of the others. */
export function EnvironmentMenu() {
  const settings = useQuery(read('/api/v1/settings'));
  const others = useQuery({
    queryKey: ['environments'],
    // An administrator of this environment alone may not list them; then there is nothing to switch to.
    queryFn: () => unwrap(home.GET('/api/v1/environments', { params: { query: { limit: shown } } })),
    staleTime: 60_000,
    retry: false,
  });
  const environment = settings.data?.value;
  if (environment === undefined) {
    return null;
  }

  const isProduction = environment.kind === 'production';
  const label = (
    <Group gap={8} wrap="nowrap" miw={0}>
      <Text size="sm" fw={550} truncate className={classes.name}>
        {environment.display_name ?? environment.slug}
      </Text>
      <Badge size="md" color={isProduction ? 'accent' : 'yellow'} className={classes.kind} data-production={isProduction || undefined}>
        {t(isProduction ? 'layout.environment.production' : 'layout.environment.sandbox')}
      </Badge>
    </Group>
  );
  const items = others.data?.items ?? [];
  if (items.length < 2) {
    return <div className={classes.only}>{label}</div>;
  }

  return (
    <Menu position="bottom-start" width={280} shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.target} aria-label={t('layout.environment.switch', { name: environment.display_name ?? environment.slug ?? '' })}>
          {label}
          <Icon name="down" size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('layout.environment.label')}</Menu.Label>
        {items.map((item) => {
          const slug = item.is_default === true ? undefined : (item.slug ?? undefined);
          return (
            // Another address loads anew: nothing of this environment is left over in that one.
            <Menu.Item key={item.id} component="a" href={`${consoleBaseOf(slug)}/`} leftSection={slug === environmentSlug ? <Icon name="check" size={16} /> : <span className={classes.gap} />}>
              <Text size="sm">{item.display_name ?? item.slug}</Text>
              <Text size="xs" c="dimmed">
                {t(item.kind === 'production' ? 'layout.environment.production' : 'layout.environment.sandbox')}
              </Text>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

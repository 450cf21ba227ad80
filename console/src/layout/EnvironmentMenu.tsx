import { Group, Menu, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { whoAmI } from '../api/administrator';
import { read } from '../api/client';
import { consoleBaseOf, environmentSlug } from '../api/environment';
import { Icon } from '../parts/Icon';
import { Mark } from '../parts/Mark';
import { t } from '../texts';
import classes from './EnvironmentMenu.module.css';

/** Which environment this is, and whether real people sign in here; opens the list of the others. */
export function EnvironmentMenu() {
  const settings = useQuery(read('/api/v1/settings'));
  const me = useQuery(whoAmI);
  const environment = settings.data?.value;
  if (environment === undefined) {
    return null;
  }

  const name = environment.display_name ?? environment.slug ?? '';
  const isProduction = environment.kind === 'production';
  const label = (
    <Group gap={8} wrap="nowrap" miw={0}>
      <Text size="sm" fw={550} truncate className={classes.name}>
        {name}
      </Text>
      <Mark tone={isProduction ? 'accent' : 'warn'}>{t(isProduction ? 'layout.environment.production' : 'layout.environment.sandbox')}</Mark>
    </Group>
  );
  const items = me.data?.environments ?? [];
  if (items.length < 2) {
    return <div className={classes.only}>{label}</div>;
  }

  return (
    <Menu position="bottom-start" width={280} shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.target} aria-label={t('layout.environment.switch', { name })}>
          {label}
          <Icon name="down" size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('layout.environment.label')}</Menu.Label>
        {items.map((item) => {
          const slug = item.is_default ? undefined : item.slug;
          return (
            // Another address loads anew: nothing of this environment is left over in that one.
            <Menu.Item key={item.slug} component="a" href={`${consoleBaseOf(slug)}/`} leftSection={slug === environmentSlug ? <Icon name="check" size={16} /> : <span className={classes.gap} />}>
              <Text size="sm">{item.display_name}</Text>
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

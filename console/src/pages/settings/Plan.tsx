import { Button, Code, Group, Stack, Text } from '@mantine/core';
import type { ResourceChange } from '../../api/types';
import { Card } from '../../parts/Card';
import { Changes } from '../../parts/Changes';
import { EmptyState } from '../../parts/EmptyState';
import { Icon } from '../../parts/Icon';
import { Mark } from '../../parts/Mark';
import { t, tn } from '../../texts';
import classes from './Plan.module.css';

/** What a resource file would change, thing by thing, and the button that makes it so. */
export function Plan({ items, isApplying, apply }: { items: ResourceChange[]; isApplying: boolean; apply: () => void }) {
  if (items.length === 0) {
    return (
      <Card>
        <EmptyState icon="check" title={t('settings.file.same')} text={t('settings.file.same_text')} />
      </Card>
    );
  }

  return (
    <Card
      title={tn('settings.file.would', items.length)}
      text={t('settings.file.would_text')}
      action={
        <Button onClick={apply} loading={isApplying} leftSection={<Icon name="check" size={16} />}>
          {t('settings.file.apply')}
        </Button>
      }
    >
      <Stack gap="md">
        {items.map((item) => (
          <details key={item.resource} open={items.length <= 5} className={classes.item}>
            <summary className={classes.summary}>
              <Group gap="sm" component="span" display="inline-flex">
                <Mark tone={item.action === 'create' ? 'good' : 'warn'} icon={item.action === 'create' ? 'plus' : 'edit'}>
                  {t(item.action === 'create' ? 'settings.file.create' : 'settings.file.alter')}
                </Mark>
                <Code>{item.resource}</Code>
                <Text span size="sm" c="dimmed">
                  {tn('settings.file.fields', item.fields.length)}
                </Text>
              </Group>
            </summary>
            <div className={classes.fields}>
              <Changes items={item.fields} />
            </div>
          </details>
        ))}
      </Stack>
    </Card>
  );
}

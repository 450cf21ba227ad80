import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { changesOf, patchBetween } from '../../api/mergePatch';
import type { AuditEvent } from '../../api/types';
import { Changes } from '../../parts/Changes';
import { CopyField } from '../../parts/CopyField';
import { t } from '../../texts';
import { dateTime, number } from '../../texts/format';
import { actionName } from './AuditPage';

interface Props {
  /** Null while none is open. */
  event: AuditEvent | null;
  close: () => void;
  /** Shows only what was done to the same thing. */
  narrow: (target: string) => void;
}

/** One change with what was before and after. */
export function EventDrawer({ event, close, narrow }: Props) {
  return (
    <Drawer opened={event !== null} onClose={close} position="right" size="lg" title={event === null ? '' : actionName(event.action)} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {event !== null && (
        <Stack gap="lg">
          <Text size="sm" c="dimmed">
            {t('audit.told', { number: number(event.sequence), when: dateTime(event.at), by: event.caller })}
          </Text>
          <CopyField label={t('audit.target')} value={event.target} />
          <Differences of={event} />
          <CopyField label={t('audit.hash')} value={event.hash} description={t('audit.hash_text')} />
          <Group>
            <Button variant="default" onClick={() => narrow(event.target)}>
              {t('audit.narrow')}
            </Button>
          </Group>
        </Stack>
      )}
    </Drawer>
  );
}

function Differences({ of: event }: { of: AuditEvent }) {
  const [before, after] = [asObject(event.before), asObject(event.after)];
  const items = changesOf(before, patchBetween(before, after));
  return items.length === 0 ? <Text size="sm">{t('audit.nothing')}</Text> : <Changes items={items} />;
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

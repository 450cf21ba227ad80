import { Button, Group, Popover, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { t } from '../texts';
import { dateTime } from '../texts/format';
import { Icon } from './Icon';

interface Props {
  label: string;
  from?: string;
  to?: string;
  change: (from: string | undefined, to: string | undefined) => void;
}

const hour = 3_600_000;
const spans = [
  { text: 'common.period.hour', ms: hour },
  { text: 'common.period.day', ms: 24 * hour },
  { text: 'common.period.week', ms: 168 * hour },
] as const;

/** A period: the last hour, day or week by one click, or two moments. Moments are shown in the browser's zone and sent in UTC. */
export function PeriodFilter({ label, from, to, change }: Props) {
  const [opened, menu] = useDisclosure(false);
  const [first, setFirst] = useState(local(from));
  const [last, setLast] = useState(local(to));
  const isSet = from !== undefined || to !== undefined;
  const shown = isSet ? `${from === undefined ? '…' : dateTime(from)} – ${to === undefined ? '…' : dateTime(to)}` : label;
  const set = (start: string | undefined, end: string | undefined) => {
    setFirst(local(start));
    setLast(local(end));
    change(start, end);
    menu.close();
  };

  return (
    <Popover opened={opened} onChange={(open) => (open ? menu.open() : menu.close())} position="bottom-start" width={280} shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" fw={isSet ? 550 : 400} onClick={menu.toggle} leftSection={<Icon name="clock" size={16} />}>
          {shown}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            set(utc(first), utc(last));
          }}
        >
          <Stack gap="sm">
            <Group gap="xs">
              {spans.map((span) => (
                <Button key={span.text} size="compact-sm" variant="light" onClick={() => set(new Date(Date.now() - span.ms).toISOString(), undefined)}>
                  {t(span.text)}
                </Button>
              ))}
            </Group>
            <TextInput type="datetime-local" label={t('common.period.from')} value={first} onChange={(event) => setFirst(event.currentTarget.value)} />
            <TextInput type="datetime-local" label={t('common.period.to')} value={last} onChange={(event) => setLast(event.currentTarget.value)} />
            <Group justify="space-between">
              <Button variant="subtle" color="gray" onClick={() => set(undefined, undefined)}>
                {t('common.period.any')}
              </Button>
              <Button type="submit">{t('common.period.apply')}</Button>
            </Group>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

// What such a field shows: the moment in the browser's zone, without it.
function local(moment: string | undefined): string {
  if (moment === undefined || Number.isNaN(Date.parse(moment))) {
    return '';
  }

  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function utc(typed: string): string | undefined {
  return typed === '' ? undefined : new Date(typed).toISOString();
}

import { ActionIcon, Button, Checkbox, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap, type Answer } from '../../api/client';
import type { Connection } from '../../api/types';
import { Card } from '../../parts/Card';
import { Help } from '../../parts/Help';
import { Icon } from '../../parts/Icon';
import { Notice } from '../../parts/Notice';
import { SettingsForm } from '../../parts/SettingsForm';
import { known, t } from '../../texts';
import { brought, externals, locals, samples, usualMappings, withName, type Mapping } from './attributes';
import { useConnectionForm } from './connection';
import classes from './connections.module.css';
import { MappingDialog } from './MappingDialog';

/** Which of X's words about a person are kept, and under which name. */
export function AttributesTab({ answer }: { answer: Answer<Connection> }) {
  const isX = answer.value.kind === 'x';
  const form = useConnectionForm<{ attributes: Mapping[]; subject_attribute: string }>(answer, { attributes: isX ? usualMappings : [], subject_attribute: isX ? 'id' : 'sub' });
  const [opened, dialog] = useDisclosure(false);
  const own = useQuery({ queryKey: ['own attributes'], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/resources', { headers: { Accept: 'application/json' }, signal })), staleTime: 60_000 });
  const types = { ...locals, ...ownTypes(own.data) };
  return (
    <SettingsForm name={`connection.${answer.value.slug}.attributes`} {...form} label={(field) => known(`connections.field.${field}`) ?? field}>
      {(bound) => {
        const { attributes, subject_attribute: subject } = bound.values;
        const set = (next: Mapping[]) => bound.setFieldValue('attributes', next);
        const change = (index: number, part: Partial<Mapping>) => set(attributes.map((mapping, at) => (at === index ? { ...mapping, ...part } : mapping)));
        return (
          <Stack gap="lg">
            <Card
              title={t('connections.attributes.title')}
              text={t('connections.attributes.text')}
              action={
                <Button variant="default" leftSection={<Icon name="plus" size={16} />} onClick={dialog.open}>
                  {t('connections.attributes.add')}
                </Button>
              }
            >
              {attributes.length === 0 && (
                <Text size="sm" c="dimmed">
                  {t('connections.attributes.none')}
                </Text>
              )}
              {attributes.map((mapping, index) => (
                <div key={mapping.local} className={classes.mapping} data-mapping={mapping.local}>
                  <code>{mapping.external}</code>
                  <Icon name="right" size={14} />
                  <span>
                    <code>{mapping.local}</code>
                    {mapping.default !== undefined && mapping.default !== '' && (
                      <Text size="xs" c="dimmed">
                        {t('connections.attributes.default_is', { value: mapping.default })}
                      </Text>
                    )}
                    {finding(bound.errors, index) !== undefined && (
                      <Text size="xs" c="var(--mantine-color-error)" role="alert" data-path={`attributes.${index}.local`}>
                        {finding(bound.errors, index)}
                      </Text>
                    )}
                  </span>
                  <Checkbox
                    label={t('connections.attributes.provision')}
                    aria-label={t('connections.attributes.provision_one', { name: mapping.local })}
                    checked={mapping.provision !== false}
                    onChange={(event) => change(index, { provision: event.currentTarget.checked })}
                  />
                  <ActionIcon variant="subtle" color="gray" aria-label={t('connections.attributes.remove', { name: mapping.local })} onClick={() => set(attributes.filter((_, at) => at !== index))}>
                    <Icon name="trash" size={16} />
                  </ActionIcon>
                </div>
              ))}
              <Text size="sm" c="dimmed" mt="sm">
                {t('connections.attributes.provision.help')}
              </Text>
            </Card>
            <Sample mappings={isX ? withName(attributes) : attributes} types={types} />
            <Card title={t('connections.attributes.subject')} text={t('connections.attributes.subject.text')}>
              <Select
                label={t('connections.attributes.subject')}
                description={<Help why={t('connections.attributes.subject.help')} standard="id" />}
                data={(isX ? ['id', 'username'] : [...new Set(['sub', subject])]).map((name) => ({ value: name, label: t(name === 'username' ? 'connections.attributes.subject.handle' : 'connections.attributes.subject.id', { name }) }))}
                value={subject}
                onChange={(name) => name !== null && bound.setFieldValue('subject_attribute', name)}
                allowDeselect={false}
                error={bound.errors.subject_attribute ?? (isX && subject !== 'id' ? t('connections.attributes.subject.refused') : undefined)}
                data-path="subject_attribute"
                maw="28rem"
              />
            </Card>
            <MappingDialog opened={opened} close={dialog.close} taken={attributes} externals={isX ? externals : []} types={types} add={(mapping) => set([...attributes, mapping])} />
          </Stack>
        );
      }}
    </SettingsForm>
  );
}

// What the sandbox's people would bring: seen at once, before anybody signs in.
function Sample({ mappings, types }: { mappings: Mapping[]; types: Record<string, string> }) {
  const [person, setPerson] = useState('ada');
  const said = samples[person] ?? {};
  const kept = mappings.filter((mapping) => mapping.local !== 'groups');
  return (
    <Card
      title={t('connections.sample.title')}
      text={t('connections.sample.text')}
      action={<SegmentedControl size="xs" transitionDuration={0} value={person} onChange={setPerson} data={Object.keys(samples).map((name) => ({ value: name, label: samples[name]?.name ?? name }))} aria-label={t('connections.sample.person')} />}
    >
      <dl className={classes.sample} aria-live="polite">
        {kept.map((mapping) => {
          const value = brought(mapping, said, types);
          return (
            <Group key={mapping.local} display="contents">
              <dt>{mapping.local}</dt>
              <dd data-sample={mapping.local}>
                {value ?? <Text span size="sm" c="dimmed" ff="text">{t('connections.sample.nothing')}</Text>}
                {value !== undefined && mapping.provision === false && (
                  <Text span size="xs" c="dimmed" ff="text">
                    {' '}
                    {t('connections.sample.not_kept')}
                  </Text>
                )}
              </dd>
            </Group>
          );
        })}
      </dl>
      {kept.some((mapping) => brought(mapping, said, types) === undefined && said[mapping.external] !== undefined) && (
        <Notice>{t('connections.sample.type')}</Notice>
      )}
    </Card>
  );
}

function finding(errors: Record<string, React.ReactNode>, index: number): React.ReactNode {
  return errors[`attributes.${index}.local`] ?? errors[`attributes.${index}.external`] ?? errors[`attributes.${index}.default`] ?? errors[`attributes.${index}`];
}

function ownTypes(document: unknown): Record<string, string> {
  const { attributes = [] } = (document ?? {}) as { attributes?: { name?: string; type?: string }[] };
  return Object.fromEntries(attributes.map((one) => [one.name ?? '', one.type ?? 'text']));
}

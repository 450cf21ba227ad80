import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { read } from '../../api/client';
import { Card } from '../../parts/Card';
import { PageHeader } from '../../parts/PageHeader';
import { t } from '../../texts';
import { KindChoice } from './Picker';
import { slugFor } from './connection';

/** Create connection › Custom connector: a name, then its first authenticator, then the same form as by the other road (kinde-and-wso2 E45–E48). */
export function CustomPage() {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [isNamed, setIsNamed] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const list = useQuery(read('/api/v1/connections', { params: { query: { limit: 100 } } }));
  const finish = () => {
    const wanted = name.trim();
    const slug = slugFor(wanted, []);
    const isTaken = (list.data?.value.items ?? []).some((one) => one.slug === slug || one.name?.toLowerCase() === wanted.toLowerCase());
    setError(wanted === '' ? t('connections.custom.name.required') : isTaken ? t('connections.custom.name.taken') : null);
    setIsNamed(wanted !== '' && !isTaken);
  };

  return (
    <>
      <PageHeader
        title={isNamed ? name.trim() : t('connections.custom')}
        text={t(isNamed ? 'connections.custom.authenticator.text' : 'connections.custom.text')}
        back={{ to: '/connections', title: t('connections.title') }}
        recipes={[{ title: t('connections.custom'), command: 'xenios apply connections.yaml', call: 'POST /api/v1/connections' }]}
      />
      {isNamed ? (
        <Card title={t('connections.custom.authenticator')}>
          <KindChoice
            next={() => ''}
            go={(kind) => void navigate({ to: `/connections/new/${kind}`, search: { road: 'custom', preset: 'wso2', name: name.trim(), description: description.trim() || undefined } })}
          />
        </Card>
      ) : (
        <Card title={t('connections.custom.general')}>
          <form
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              finish();
            }}
          >
            <Stack maw="34rem">
              <TextInput
                label={t('connections.custom.name')}
                description={t('connections.custom.name.help')}
                required
                maxLength={100}
                value={name}
                onChange={(event) => {
                  setName(event.currentTarget.value);
                  setError(null);
                }}
                error={error}
              />
              <Textarea label={t('connections.more.description')} description={t('connections.more.description.help')} maxLength={1000} autosize minRows={2} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
              <Group justify="flex-end">
                <Button type="submit" loading={list.isPending}>
                  {t('connections.finish')}
                </Button>
              </Group>
            </Stack>
          </form>
        </Card>
      )}
    </>
  );
}

import { Button, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap, type Answer } from '../../api/client';
import type { Application } from '../../api/types';
import { Card } from '../../parts/Card';
import { ConfirmDelete } from '../../parts/ConfirmDelete';
import { CopyField } from '../../parts/CopyField';
import { Help } from '../../parts/Help';
import { Icon } from '../../parts/Icon';
import { SettingsForm } from '../../parts/SettingsForm';
import { tellDone } from '../../parts/notices';
import { known, t } from '../../texts';
import { isPublic, useApplicationForm } from './application';
import { SecretCard } from './SecretCard';

const profiles = ['plain', 'kinde', 'wso2'] as const;

/** What the application is called, whether it may be used, its secret, its end. */
export function SettingsTab({ answer }: { answer: Answer<Application> }) {
  const application = answer.value;
  const form = useApplicationForm<{ name: string; enabled: boolean; require_email: boolean; compat_profile: (typeof profiles)[number] }>(answer, {
    name: application.client_id,
    enabled: true,
    require_email: true,
    compat_profile: 'plain',
  });
  const hasSecret = !isPublic(application.type) && application.token_endpoint_auth_method !== 'none' && application.token_endpoint_auth_method !== 'private_key_jwt';
  return (
    <Stack gap="lg">
      <SettingsForm name={`application.${application.client_id}.settings`} {...form} label={(field) => known(`applications.field.${field}`) ?? field}>
        {(bound) => (
          <Card>
            <Stack maw="40rem">
              <CopyField label={t('applications.client_id')} value={application.client_id} />
              <TextInput label={t('applications.field.name')} description={<Help why={t('applications.name.help')} standard={application.client_id} />} maxLength={100} {...bound.getInputProps('name')} />
              <Switch
                label={t('applications.field.enabled')}
                description={<Help why={t('applications.enabled.help')} standard={t('applications.on')} already={t('applications.enabled.already')} />}
                {...bound.getInputProps('enabled', { type: 'checkbox' })}
              />
              {application.type !== 'machine' && (
                <Switch
                  label={t('applications.field.require_email')}
                  description={<Help why={t('applications.require_email.help')} standard={t('applications.on')} already={t('applications.next_sign_in')} />}
                  {...bound.getInputProps('require_email', { type: 'checkbox' })}
                />
              )}
              <Select
                label={t('applications.field.compat_profile')}
                description={<Help why={t('applications.compat_profile.help')} standard={t('applications.compat_profile.plain')} already={t('applications.next_token')} />}
                data={profiles.map((value) => ({ value, label: t(`applications.compat_profile.${value}`) }))}
                allowDeselect={false}
                {...bound.getInputProps('compat_profile')}
              />
            </Stack>
          </Card>
        )}
      </SettingsForm>
      {hasSecret && <SecretCard application={application} />}
      <Danger application={application} />
    </Stack>
  );
}

function Danger({ application }: { application: Application }) {
  const [opened, setOpened] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/applications/{id}', { params: { path: { id: application.client_id } } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['list', 'applications'] });
      void queries.invalidateQueries({ queryKey: ['/api/v1/applications'] });
      tellDone(t('applications.delete.done', { name: application.name ?? application.client_id }));
      void navigate({ to: '/applications' });
    },
  });
  return (
    <Card title={t('applications.delete.title')}>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw="34rem">
          {t('applications.delete.now')}
        </Text>
        <Button variant="default" c="var(--x-bad)" leftSection={<Icon name="trash" size={16} />} onClick={() => setOpened(true)}>
          {t('applications.delete.action')}
        </Button>
      </Group>
      <ConfirmDelete
        opened={opened}
        close={() => setOpened(false)}
        title={t('applications.delete.ask', { name: application.name ?? application.client_id })}
        effects={[t('applications.delete.now'), t('applications.delete.consents'), t('applications.delete.people')]}
        action={t('applications.delete.action')}
        typed={application.client_id}
        confirm={() => remove.mutateAsync()}
      />
    </Card>
  );
}

import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiBase } from '../../api/environment';
import { read } from '../../api/client';
import type { Application } from '../../api/types';
import { Card } from '../../parts/Card';
import { CopyField } from '../../parts/CopyField';
import { Icon } from '../../parts/Icon';
import { t } from '../../texts';
import { isPublic } from './application';
import { FirstSignIn } from './FirstSignIn';
import { frameworkOf, frameworks, placeOf } from './frameworks';
import { Snippet } from './Snippet';

/** What the application needs to know of this server, the lines for its framework, and a place to watch its sign-ins from. */
export function TryTab({ application }: { application: Application }) {
  const settings = useQuery(read('/api/v1/settings'));
  const issuer = settings.data?.value.issuer ?? '';
  const type = application.type ?? 'web';
  const addresses = application.redirect_uris ?? [];
  const [framework, setFramework] = useState(() => frameworkOf(type, addresses));
  const [first] = addresses;
  const home = first !== undefined && /^https?:/.test(first) ? new URL(first).origin : undefined;
  return (
    <Stack gap="lg">
      {type !== 'machine' && (
        <Card title={t('applications.first.title')} text={t('applications.first.text')}>
          <Stack>
            <Group gap="xs">
              {home !== undefined && (
                <Button component="a" href={home} target="_blank" rel="noreferrer" leftSection={<Icon name="external" size={16} />}>
                  {t('applications.try.open')}
                </Button>
              )}
              <Button component="a" variant="default" href={`${apiBase}/console/try`} target="_blank" rel="noreferrer" leftSection={<Icon name="play" size={16} />}>
                {t('applications.try.demo')}
              </Button>
            </Group>
            <FirstSignIn application={application.client_id} />
          </Stack>
        </Card>
      )}
      <Card title={t('applications.try.settings')} text={isPublic(type) ? t('applications.lines.public') : t('applications.lines.text')}>
        <Stack>
          <CopyField label={t('applications.issuer')} value={issuer} />
          <CopyField label={t('applications.discovery')} value={`${issuer}/.well-known/openid-configuration`} />
          <CopyField label={t('applications.client_id')} value={application.client_id} />
          {frameworks[type].length > 1 && (
            <Select
              label={t('applications.new.framework')}
              data={frameworks[type].map((one) => ({ value: one.id, label: one.title }))}
              value={framework.id}
              onChange={(id) => setFramework(frameworks[type].find((one) => one.id === id) ?? framework)}
              allowDeselect={false}
              maw="20rem"
            />
          )}
          <Snippet framework={framework} place={placeOf(issuer, application.client_id, first ?? framework.redirectUri, t('applications.secret.yours'))} />
          {first !== undefined && !addresses.includes(framework.redirectUri) && framework.redirectUri !== '' && (
            <Text size="sm" c="dimmed">
              {t('applications.try.usual', { address: framework.redirectUri })}
            </Text>
          )}
        </Stack>
      </Card>
    </Stack>
  );
}

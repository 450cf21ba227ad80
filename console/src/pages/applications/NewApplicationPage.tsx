import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, read, unwrap } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Application } from '../../api/types';
import { Card } from '../../parts/Card';
import { CopyField } from '../../parts/CopyField';
import { Icon, type IconName } from '../../parts/Icon';
import { Notice } from '../../parts/Notice';
import { PageHeader } from '../../parts/PageHeader';
import { Tile, Tiles } from '../../parts/Tiles';
import { tellProblem } from '../../parts/notices';
import { t } from '../../texts';
import { slugFor } from '../connections/connection';
import { isPublic, type ApplicationType } from './application';
import { FirstSignIn } from './FirstSignIn';
import { afterSignOut, frameworks, placeOf, type Framework } from './frameworks';
import { Snippet } from './Snippet';

const types: { type: ApplicationType; icon: IconName }[] = [
  { type: 'web', icon: 'apps' },
  { type: 'spa', icon: 'language' },
  { type: 'native', icon: 'person' },
  { type: 'machine', icon: 'terminal' },
];

/** Adds an application: what it is built with, where it comes back to; then the lines to copy, and the first sign-in (ux 2.3, 8:30). */
export function NewApplicationPage() {
  const [type, setType] = useState<ApplicationType | null>(null);
  const [framework, setFramework] = useState<Framework | null>(null);
  const [made, setMade] = useState<Application | null>(null);
  const choose = (chosen: ApplicationType) => {
    setType(chosen);
    const [only, second] = frameworks[chosen];
    setFramework(second === undefined ? (only ?? null) : null);
  };

  return (
    <>
      <PageHeader
        title={made === null ? t('applications.add') : (made.name ?? made.client_id)}
        text={made === null ? t('applications.new.text') : undefined}
        back={{ to: '/applications', title: t('applications.title') }}
        recipes={[{ title: t('applications.add'), command: 'xenios apply applications.yaml', call: 'POST /api/v1/applications' }]}
      />
      {made !== null && framework !== null ? (
        <Made application={made} framework={framework} />
      ) : (
        <Stack gap="lg">
          <Card title={t('applications.new.built')}>
            <Tiles label={t('applications.new.built')}>
              {types.map((one) => (
                <Tile
                  key={one.type}
                  icon={<Icon name={one.icon} size={20} />}
                  title={t(`applications.type.${one.type}`)}
                  text={t(`applications.type.${one.type}.text`)}
                  chosen={type === one.type}
                  onClick={() => choose(one.type)}
                />
              ))}
            </Tiles>
          </Card>
          {type !== null && frameworks[type].length > 1 && (
            <Card title={t('applications.new.framework')}>
              <Tiles label={t('applications.new.framework')}>
                {frameworks[type].map((one) => (
                  <Tile key={one.id} icon={one.mark} title={one.title} chosen={framework?.id === one.id} onClick={() => setFramework(one)} />
                ))}
              </Tiles>
            </Card>
          )}
          {type !== null && framework !== null && <Fields key={`${type} ${framework.id}`} type={type} framework={framework} done={setMade} />}
        </Stack>
      )}
    </>
  );
}

function Fields({ type, framework, done }: { type: ApplicationType; framework: Framework; done: (application: Application) => void }) {
  const [name, setName] = useState('');
  const [typedId, setTypedId] = useState<string | null>(null);
  const [address, setAddress] = useState(framework.redirectUri);
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const queries = useQueryClient();
  const clientId = typedId ?? (name.trim() === '' ? '' : slugFor(name, []));
  const create = useMutation({
    meta: { quiet: true },
    mutationFn: () => unwrap(api.POST('/api/v1/applications', { body: bodyOf(type, framework, name.trim(), clientId, address) as never })),
    onSuccess: (application) => {
      void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] === 'list' || query.queryKey[0] === '/api/v1/applications' });
      done(application);
    },
    onError: (thrown) => {
      const problem = Problem.from(thrown);
      setErrors(problem.code === 'already_exists' ? { client_id: problem.message } : problem.byField);
      if (problem.code !== 'already_exists' && problem.errors.every((error) => !/^(name|client_id|redirect_uris)/.test(error.field))) {
        tellProblem(problem);
      }

      requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    },
  });

  return (
    <Card title={framework.title}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack maw="40rem">
          <TextInput label={t('applications.name')} description={t('applications.name.help')} value={name} onChange={(event) => setName(event.currentTarget.value)} error={errors.name} maxLength={100} required />
          <TextInput
            label={t('applications.client_id')}
            description={t('applications.client_id.help')}
            value={clientId}
            onChange={(event) => setTypedId(event.currentTarget.value.trim())}
            error={errors.client_id}
            maxLength={128}
            spellCheck={false}
            required
          />
          {type !== 'machine' && (
            <TextInput
              label={t('applications.redirect_uri')}
              description={t('applications.redirect_uri.help')}
              value={address}
              onChange={(event) => setAddress(event.currentTarget.value.trim())}
              error={errors['redirect_uris.0'] ?? errors.redirect_uris}
              maxLength={2048}
              spellCheck={false}
              required
            />
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending} disabled={clientId === '' || (type !== 'machine' && address === '')}>
              {t('applications.new.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

// What the server would take anyway is not named.
function bodyOf(type: ApplicationType, framework: Framework, name: string, clientId: string, address: string): Partial<Application> {
  const isAsUsual = address === framework.redirectUri;
  const origin = URL.canParse(address) ? new URL(address).origin : null;
  const origins = framework.origins === undefined ? undefined : isAsUsual || origin === null || origin === 'null' ? framework.origins : [origin];
  const signedOut = afterSignOut(framework, address);
  return {
    client_id: clientId,
    type,
    ...(name === '' ? {} : { name }),
    ...(type === 'machine' ? {} : { redirect_uris: [address] }),
    ...(signedOut === undefined ? {} : { post_logout_redirect_uris: [signedOut] }),
    ...(origins === undefined ? {} : { allowed_origins: origins }),
    ...(framework.authMethod === undefined ? {} : { token_endpoint_auth_method: framework.authMethod }),
    ...(framework.scopes === undefined ? {} : { scopes: framework.scopes }),
  };
}

function Made({ application, framework }: { application: Application; framework: Framework }) {
  const settings = useQuery(read('/api/v1/settings'));
  const navigate = useNavigate();
  const issuer = settings.data?.value.issuer ?? '';
  return (
    <Stack gap="lg">
      {application.client_secret !== undefined && (
        <Card title={t('applications.secret.title')}>
          <Stack>
            <Notice>{t('applications.secret.once')}</Notice>
            <CopyField label={t('applications.secret')} value={application.client_secret} />
          </Stack>
        </Card>
      )}
      <Card title={t('applications.lines.title', { name: framework.title })} text={isPublic(application.type) ? t('applications.lines.public') : t('applications.lines.text')}>
        <Stack>
          <Group grow preventGrowOverflow={false} align="flex-start">
            <CopyField label={t('applications.issuer')} value={issuer} />
            <CopyField label={t('applications.client_id')} value={application.client_id} />
          </Group>
          <Snippet
            framework={framework}
            place={placeOf(issuer, application.client_id, application.redirect_uris?.[0] ?? framework.redirectUri, application.client_secret ?? t('applications.secret.yours'))}
          />
        </Stack>
      </Card>
      {application.type !== 'machine' && (
        <Card title={t('applications.first.title')} text={t('applications.first.text')}>
          <FirstSignIn application={application.client_id} />
        </Card>
      )}
      <Group justify="flex-end">
        <Button onClick={() => void navigate({ to: `/applications/${application.client_id}` })}>{t('applications.new.open')}</Button>
      </Group>
    </Stack>
  );
}

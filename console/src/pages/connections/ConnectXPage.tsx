import { Button, Collapse, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { api, read, unwrapAnswer } from '../../api/client';
import { patchBetween, patched } from '../../api/mergePatch';
import { Problem } from '../../api/problem';
import type { Application, Connection } from '../../api/types';
import { Card } from '../../parts/Card';
import { Icon } from '../../parts/Icon';
import { PageHeader } from '../../parts/PageHeader';
import { Query } from '../../parts/Query';
import { tellDone, tellProblem } from '../../parts/notices';
import { useDraft } from '../../parts/useDraft';
import { t } from '../../texts';
import { AppSwitches, offers, switchApplication } from './AppSwitches';
import { AtX } from './AtX';
import { CredentialWarning } from './CredentialWarning';
import { KeysFields } from './KeysFields';
import { MoreFields, usualMore, type More } from './MoreFields';
import { PolicyQuestions } from './PolicyQuestions';
import { TestPanel } from './TestPanel';
import { connectionQuery, slugFor, useConnectionChanges } from './connection';
import classes from './connections.module.css';
import { areFit, exampleCallback, isCallback, noKeys, sent, type Keys } from './credentials';
import type { Policy } from './policy';

/** Everything that is asked on the page. */
interface Draft {
  slug: string;
  keys: Keys;
  more: More;
  policy: Policy;
}

/** Connect X: one column of steps, saved on the way, switched on at the end (ux 2.5). Both roads lead here. */
export function ConnectXPage() {
  const list = useQuery(read('/api/v1/connections', { params: { query: { limit: 100 } } }));
  return (
    <>
      <Top />
      <Query of={list}>{({ value }) => <Steps taken={value.items.map((one) => one.slug)} />}</Query>
    </>
  );
}

function Top() {
  return (
    <PageHeader
      title={t('connections.x.title')}
      text={t('connections.x.text')}
      back={{ to: '/connections', title: t('connections.title') }}
      recipes={[
        { title: t('connections.x.recipe'), command: 'xenios apply connections.yaml', call: 'POST /api/v1/connections' },
        { title: t('connections.recipe.test'), command: 'xenios connection test x', call: 'POST /api/v1/connections/x/test' },
      ]}
    />
  );
}

function Steps({ taken }: { taken: string[] }) {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const draft = useDraft(`connection.new.${search.road ?? 'x'}`);
  const [start] = useState<Draft>(() => startOf(search.preset, search.name, search.description, taken));
  const [value, setValue] = useState<Draft>(() => (draft.found === null ? start : patched(start, draft.found)));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [made, setMade] = useState<string | null>(null);
  const [apps, setApps] = useState<Record<string, boolean>>({});
  const [more, { toggle }] = useDisclosure(false);
  const changes = useConnectionChanges(made ?? '');
  const { keep } = draft;
  const kept = JSON.stringify(patchBetween(start, value));
  useEffect(() => keep(kept === '{}' ? null : (JSON.parse(kept) as Draft & Record<string, unknown>)), [keep, kept]);

  const set = (part: Partial<Draft>) => setValue((now) => ({ ...now, ...part }));
  const refused = (thrown: unknown) => {
    const problem = Problem.from(thrown);
    const atSlug: Record<string, string> = problem.code === 'already_exists' ? { slug: problem.message } : {};
    setErrors({ ...problem.byField, ...atSlug });
    if (problem.errors.length === 0 && problem.code !== 'already_exists') {
      tellProblem(problem);
    }

    requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const save = async (enabled: boolean): Promise<string> => {
    setErrors({});
    const body = bodyOf(value);
    if (made !== null) {
      await changes.save({ ...body, enabled }, null);
      return made;
    }

    const answer = await unwrapAnswer(api.POST('/api/v1/connections', { body: { ...body, slug: value.slug, kind: 'x', enabled } as never }));
    setMade(answer.value.slug);
    queries.setQueryData(connectionQuery(answer.value.slug).queryKey, answer);
    void queries.invalidateQueries({ queryKey: ['/api/v1/connections'] });
    return answer.value.slug;
  };
  const turnOn = useMutation({
    meta: { quiet: true },
    mutationFn: async () => {
      const slug = await save(true);
      const { items } = (await queries.query({ ...read('/api/v1/applications', { params: { query: { limit: 100 } } }), staleTime: 0 })).value;
      for (const application of items) {
        const wanted = apps[application.client_id];
        if (wanted !== undefined && wanted !== offers(application, slug)) {
          await switchApplication(application.client_id, slug, wanted);
        }
      }

      return slug;
    },
    onSuccess: (slug) => {
      keep(null);
      void queries.invalidateQueries();
      tellDone(t('connections.x.done'));
      void navigate({ to: '/connections/$connection', params: { connection: slug } });
    },
    onError: refused,
  });

  const isBlank = value.keys.client_id === '' && value.keys.api_key === '';
  const isFit = areFit(value.keys) && (value.more.callback_url.trim() === '' || isCallback(value.more.callback_url.trim()));
  const isOn = (application: Application) => apps[application.client_id] ?? (application.connections === undefined && application.login_flow === undefined);

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        turnOn.mutate();
      }}
    >
      <Stack gap="lg" maw="52rem">
        <Step number={1} title={t('connections.x.at_x')} text={t('connections.x.at_x.time')}>
          <AtX connection={made ?? undefined} style={value.more.callback_style} callbackUrl={value.more.callback_url.trim()} />
        </Step>
        <Step number={2} title={t('connections.x.keys')} text={t('connections.x.keys.text')}>
          <Stack>
            <KeysFields keys={value.keys} change={(keys) => set({ keys })} errors={errors} />
            {value.keys.protocol === 'oauth1a' && (
              <TextInput
                label={t('connections.more.callback_url')}
                description={t('connections.more.callback_url.help')}
                placeholder={exampleCallback}
                value={value.more.callback_url}
                onChange={(event) => set({ more: { ...value.more, callback_url: event.currentTarget.value } })}
                error={errors.callback_url ?? (value.more.callback_url.trim() !== '' && !isCallback(value.more.callback_url.trim()) ? t('connections.more.callback_url.wrong') : undefined)}
                spellCheck={false}
              />
            )}
            {isBlank && <CredentialWarning connection={{ credentials: 'sandbox' }} />}
            <TextInput
              label={t('connections.slug')}
              description={t('connections.slug.help')}
              value={value.slug}
              onChange={(event) => set({ slug: event.currentTarget.value.trim().toLowerCase() })}
              error={errors.slug}
              disabled={made !== null}
              maxLength={63}
              spellCheck={false}
              data-path="slug"
            />
            <Button variant="subtle" className={classes.start} onClick={toggle} aria-expanded={more} rightSection={<Icon name={more ? 'down' : 'right'} size={14} />}>
              {t('connections.more')}
            </Button>
            <Collapse expanded={more || Object.keys(errors).some((field) => /^(scopes|hosts|upstream_params|callback_|name|description)/.test(field))}>
              <MoreFields value={value.more} change={(next) => set({ more: next })} errors={errors} protocol={value.keys.protocol} />
            </Collapse>
          </Stack>
        </Step>
        <Step number={3} title={t('connections.x.test')} text={t('connections.x.test.text')}>
          <TestPanel
            connection={made ?? ''}
            protocol={value.keys.protocol}
            disabled={!isFit}
            before={async () => {
              try {
                return await save(false);
              } catch (thrown) {
                refused(thrown);
                throw thrown;
              }
            }}
          />
        </Step>
        <Step number={4} title={t('connections.x.who')} text={t('connections.x.who.text')}>
          <PolicyQuestions policy={value.policy} change={(policy) => set({ policy })} errors={errors} />
        </Step>
        <Step number={5} title={t('connections.x.where')} text={t('connections.x.where.text')}>
          <AppSwitches chosen={isOn} choose={(application, on) => setApps((now) => ({ ...now, [application.client_id]: on }))} />
        </Step>
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {made !== null && t('connections.x.saved')}
          </Text>
          <Button type="submit" size="md" loading={turnOn.isPending} disabled={!isFit}>
            {t(search.road === 'custom' ? 'connections.finish' : 'connections.x.turn_on')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Step({ number, title, text, children }: { number: number; title: string; text: string; children: ReactNode }) {
  return (
    <Card title={`${number} · ${title}`} text={text}>
      {children}
    </Card>
  );
}

function startOf(preset: string | undefined, name: string | undefined, description: string | undefined, taken: string[]): Draft {
  const isWso2 = preset === 'wso2';
  const usual = usualMore({ preset: isWso2 ? 'wso2' : 'kinde', slug: '', kind: 'x' });
  return {
    slug: name === undefined ? slugFor('x', taken) : slugFor(name, []),
    keys: { ...noKeys, protocol: isWso2 ? 'oauth1a' : 'oauth2' },
    more: { ...usual, name: name ?? usual.name, description: description ?? '' },
    policy: { preset: isWso2 ? 'wso2' : 'kinde' },
  };
}

// What is as usual is not named, so that the defaults go on counting.
function bodyOf({ keys, more, policy }: Draft): Partial<Connection> {
  const usual = usualMore({ preset: policy.preset, slug: '', kind: 'x' });
  const trimmed = { ...more, name: more.name.trim() || 'X', callback_url: more.callback_url.trim() };
  return { name: trimmed.name, protocol: keys.protocol, policy, ...sent(keys), ...patchBetween(usual, trimmed) };
}

import { Button, Collapse, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { api, read, unwrapAnswer } from '../../api/client';
import { patchBetween, patched, type Patch } from '../../api/mergePatch';
import { Problem } from '../../api/problem';
import type { Connection } from '../../api/types';
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
  /** What lies at the server already; null before it was tested or turned on. */
  stored: Stored | null;
}

/** What was saved on the way. Kept with the draft, so that a page that is loaded anew goes on with the same connection. */
interface Stored {
  slug: string;
  /** As it was last sent; its secret is known only until the page is loaded anew. */
  body: Partial<Connection & Keys>;
  /** Whether a secret was sent with these keys. */
  isSealed: boolean;
}

/** Connect X: one column of steps, saved on the way, switched on at the end (ux 2.5). Both roads lead here. */
export function ConnectXPage() {
  const list = useQuery(read('/api/v1/connections', { params: { query: { limit: 100 } } }));
  return (
    <>
      <Top />
      <Query of={list}>{({ value }) => <Steps others={value.items} />}</Query>
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

function Steps({ others }: { others: Connection[] }) {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const draft = useDraft(`connection.new.${[search.road ?? 'x', ...(search.name === undefined ? [] : [search.name])].join('.')}`);
  const [start] = useState<Draft>(() => startOf(search.preset, search.name, search.description, others.map((one) => one.slug)));
  const [value, setValue] = useState<Draft>(() => (draft.found === null ? start : resumed(patched(start, draft.found), others) ?? start));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [apps, setApps] = useState<Record<string, boolean>>({});
  const [more, { toggle }] = useDisclosure(false);
  const { stored } = value;
  const changes = useConnectionChanges(stored?.slug ?? '');

  // The server keeps a secret for as long as the id beside it stays the same.
  const hasSecret = stored?.isSealed === true && (value.keys.protocol === 'oauth2' ? stored.body.client_id === value.keys.client_id : stored.body.api_key === value.keys.api_key);
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
    const body = { ...bodyOf(value), enabled };
    const isSealed = (body.client_secret ?? body.api_key_secret) !== undefined || hasSecret;
    const { slug } = stored === null ? await make(body) : await change(stored, body);
    set({ stored: { slug, body, isSealed } });
    return slug;
  };
  const make = async (body: Stored['body']): Promise<Connection> => {
    const answer = await unwrapAnswer(api.POST('/api/v1/connections', { body: { ...body, slug: value.slug, kind: 'x' } as never }));
    queries.setQueryData(connectionQuery(answer.value.slug).queryKey, answer);
    void queries.invalidateQueries({ queryKey: ['/api/v1/connections'] });
    return answer.value;
  };
  // A merge patch keeps what it does not name (RFC 7396), so what is as usual again has to be taken back by name.
  const change = async (before: Stored, body: Stored['body']): Promise<Connection> => {
    try {
      return (await changes.save(patchBetween(before.body, body), null)).value;
    } catch (thrown) {
      // Somebody has deleted it: the next try makes it anew.
      if (Problem.from(thrown).status === 404) {
        set({ stored: null });
      }

      throw thrown;
    }
  };
  const turnOn = useMutation({
    meta: { quiet: true },
    mutationFn: async () => {
      const slug = await save(true);
      for (const [id, wanted] of Object.entries(apps)) {
        const application = await queries.query({ ...read('/api/v1/applications/{id}', { params: { path: { id } } }), staleTime: 0 });
        if (wanted !== offers(application.value, slug)) {
          await switchApplication(id, slug, wanted);
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
  const { keep } = draft;
  const kept = JSON.stringify(patchBetween(start, value));
  useEffect(() => keep(kept === '{}' || turnOn.isSuccess ? null : (JSON.parse(kept) as Patch)), [keep, kept, turnOn.isSuccess]);

  const isBlank = value.keys.client_id === '' && value.keys.api_key === '';
  const isFit = areFit(value.keys, hasSecret) && (value.more.callback_url.trim() === '' || isCallback(value.more.callback_url.trim()));

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
          <AtX connection={stored?.body.callback_url === undefined ? stored?.slug : undefined} style={value.more.callback_style} callbackUrl={value.more.callback_url.trim()} />
        </Step>
        <Step number={2} title={t('connections.x.keys')} text={t('connections.x.keys.text')}>
          <Stack>
            <KeysFields keys={value.keys} change={(keys) => set({ keys })} errors={errors} stored={hasSecret} />
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
              disabled={stored !== null}
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
            connection={stored?.slug ?? ''}
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
          <AppSwitches chosen={(application) => apps[application.client_id] ?? offers(application, stored?.slug ?? '')} choose={(application, on) => setApps((now) => ({ ...now, [application.client_id]: on }))} />
        </Step>
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {stored !== null && t('connections.x.saved')}
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
    stored: null,
  };
}

// Goes on with what was saved on the way; null where it has been turned on or deleted since.
function resumed(draft: Draft, others: Connection[]): Draft | null {
  const { stored } = draft;
  const isOpen = stored === null || others.some((one) => one.slug === stored.slug && one.enabled === false);
  return isOpen ? { ...draft, slug: stored?.slug ?? draft.slug } : null;
}

// What is as usual is not named, so that the defaults go on counting.
function bodyOf({ keys, more, policy }: Draft): Stored['body'] {
  const usual = usualMore({ preset: policy.preset, slug: '', kind: 'x' });
  const trimmed = { ...more, name: more.name.trim() || 'X', callback_url: more.callback_url.trim() };
  return { name: trimmed.name, protocol: keys.protocol, policy, ...sent(keys), ...patchBetween(usual, trimmed) };
}

import { Anchor, Button, Group, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { Icon } from '../../parts/Icon';
import { Notice } from '../../parts/Notice';
import { t } from '../../texts';
import { duration } from '../../texts/format';

const every = 2_000;

/** Waits until somebody signs in to an application, and says so by itself (ux 2.3). One that went wrong is shown too, with its story. */
export function FirstSignIn({ application }: { application: string }) {
  const [since, setSince] = useState<string | null>(null);
  const ask = (outcome?: 'ok') =>
    unwrap(api.GET('/api/v1/sign-ins', { params: { query: { application, limit: 1, ...(since === null ? {} : { from: since }), ...(outcome === undefined ? {} : { outcome }) } } }));
  const found = useQuery({
    queryKey: ['first sign-in', application, since],
    queryFn: async () => ({ good: (await ask('ok')).items[0], last: (await ask()).items[0] }),
    enabled: since !== null,
    refetchInterval: (query) => (query.state.data?.good === undefined ? every : false),
  });
  if (since === null) {
    return (
      // A minute back: the clock of this computer may run ahead.
      <Button variant="default" leftSection={<Icon name="clock" size={16} />} onClick={() => setSince(new Date(Date.now() - 60_000).toISOString())}>
        {t('applications.first.wait')}
      </Button>
    );
  }

  const { good, last } = found.data ?? {};
  return (
    <div role="status">
      {good !== undefined ? (
        <Notice
          kind="good"
          title={t('applications.first.done', { who: good.handle === undefined ? (good.user ?? '') : `@${good.handle}`, took: duration(good.duration_ms ?? 0) })}
          action={<Story code={good.support_code} />}
        />
      ) : last !== undefined && (last.outcome === 'failed' || last.outcome === 'refused') ? (
        <Notice kind="bad" title={t('applications.first.failed', { code: last.error_code ?? last.support_code })} action={<Story code={last.support_code} />} />
      ) : (
        <Group gap="xs">
          <Loader size={16} />
          <Text size="sm">{t(last === undefined ? 'applications.first.waiting' : 'applications.first.running')}</Text>
        </Group>
      )}
    </div>
  );
}

function Story({ code }: { code: string }) {
  return (
    <Anchor component={Link} to={`/sign-ins/${code}`} size="sm">
      {t('applications.first.story')}
    </Anchor>
  );
}

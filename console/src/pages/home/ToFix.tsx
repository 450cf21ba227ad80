import { Anchor, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { whoAmI } from '../../api/administrator';
import { read } from '../../api/client';
import { environmentSlug } from '../../api/environment';
import type { Connection, SignInErrorCount } from '../../api/types';
import { Card } from '../../parts/Card';
import { sentence } from '../../parts/CodeRemedy';
import { TimeAgo } from '../../parts/TimeAgo';
import { t, tn } from '../../texts';
import { findingsHere, placeOf } from './findings';
import classes from './HomePage.module.css';

// A look asks X and the mail server, so it is not made anew with every visit.
const look = { ...read('/api/v1/doctor'), staleTime: 300_000 };

/** What an administrator can do something about, each with what to do and the way there. */
export function ToFix({ errors, connections }: { errors: SignInErrorCount[]; connections: Connection[] }) {
  const me = useQuery(whoAmI);
  const looked = useQuery(look);
  const bare = connections.filter((one) => one.enabled !== false && one.credentials === 'missing');
  const needsMail = me.data?.server.mail_configured === false;
  const slug = environmentSlug ?? me.data?.environments.find((one) => one.is_default)?.slug;
  const findings = findingsHere(looked.data?.value.findings ?? [], slug, ['credentials_missing', ...(needsMail ? ['A-04'] : [])]);
  if (errors.length === 0 && bare.length === 0 && !needsMail && findings.length === 0) {
    return null;
  }

  return (
    <Card title={t('home.fix.title')}>
      <ul className={classes.fix}>
        {errors.map(({ error, count, support_code: newest, started_at: at }) => (
          <Item key={error.code} code={error.code} title={error.title} remedy={error.remedy}>
            <Group gap="xs" mt={4} fz="sm">
              <Anchor inherit renderRoot={(props) => <Link to="/sign-ins" search={{ error_code: error.code }} {...props} />}>
                {tn('home.fix.ended', count)}
              </Anchor>
              <Anchor inherit component={Link} to={`/sign-ins/${newest}`}>
                {t('home.fix.newest')}
              </Anchor>
              <Text span inherit c="dimmed">
                <TimeAgo value={at} />
              </Text>
            </Group>
          </Item>
        ))}
        {findings.map((one) => (
          <Item key={`${one.check} ${one.connection ?? ''}`} code={one.code} title={one.message} remedy={one.remedy} to={placeOf(one)} way={one.connection === undefined ? t('home.fix.look') : t('home.fix.connection', { name: one.connection })} />
        ))}
        {bare.map((one) => (
          <Item key={one.id} title={t('home.fix.credentials', { name: one.name ?? one.id })} to={`/connections/${one.id}`} way={t('home.fix.enter')} />
        ))}
        {needsMail && <Item code="A-04" title={t('home.fix.mail')} remedy={t('home.fix.mail_remedy')} to="/settings/health" way={t('home.fix.look')} />}
      </ul>
    </Card>
  );
}

function Item({ code, title, remedy, to, way, children }: { code?: string; title: string; remedy?: string; to?: string; way?: string; children?: ReactNode }) {
  return (
    <li>
      <div>
        <Text fw={550}>
          {code !== undefined && <Code mr={8}>{code}</Code>}
          {sentence(title)}
        </Text>
        {remedy !== undefined && (
          <Text size="sm">
            <Text span inherit fw={600}>
              {t('common.what_to_do')}
            </Text>{' '}
            {sentence(remedy)}
          </Text>
        )}
        {children}
      </div>
      {to !== undefined && (
        <Anchor component={Link} to={to}>
          {way}
        </Anchor>
      )}
    </li>
  );
}

import { Anchor, Code, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { whoAmI } from '../../api/administrator';
import type { Connection, SignInErrorCount } from '../../api/types';
import { Card } from '../../parts/Card';
import { TimeAgo } from '../../parts/TimeAgo';
import { t, tn } from '../../texts';
import classes from './HomePage.module.css';

/** What an administrator can do something about, each with the way there. */
export function ToFix({ errors, connections }: { errors: SignInErrorCount[]; connections: Connection[] }) {
  const me = useQuery(whoAmI);
  const bare = connections.filter((one) => one.enabled !== false && one.credentials === 'missing');
  const needsMail = me.data?.server.mail_configured === false;
  if (errors.length === 0 && bare.length === 0 && !needsMail) {
    return null;
  }

  return (
    <Card title={t('home.fix.title')}>
      <ul className={classes.fix}>
        {errors.map(({ error, count, support_code: newest, started_at: at }) => (
          <li key={error.code}>
            <span>
              <Code mr={8} title={error.title}>
                {error.code}
              </Code>
              <Anchor renderRoot={(props) => <Link to="/sign-ins" search={{ error_code: error.code }} {...props} />}>
                {tn('home.fix.ended', count)}
              </Anchor>
            </span>
            <Text size="sm" c="dimmed">
              <TimeAgo value={at} />
            </Text>
            <Anchor component={Link} to={`/sign-ins/${newest}`}>
              {t('home.fix.how')}
            </Anchor>
          </li>
        ))}
        {bare.map((one) => (
          <li key={one.id}>
            <span>{t('home.fix.credentials', { name: one.name ?? one.id })}</span>
            <Anchor component={Link} to={`/connections/${one.id}`}>
              {t('home.fix.enter')}
            </Anchor>
          </li>
        ))}
        {needsMail && (
          <li>
            <span>
              <Code mr={8}>{'A-04'}</Code>
              {t('home.fix.mail')}
            </span>
            <Anchor component={Link} to="/settings/environment">
              {t('home.fix.how')}
            </Anchor>
          </li>
        )}
      </ul>
    </Card>
  );
}

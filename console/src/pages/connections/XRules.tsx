import { Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Card } from '../../parts/Card';
import { Icon } from '../../parts/Icon';
import { t } from '../../texts';
import classes from './connections.module.css';
import { effective, type Policy } from './policy';

interface Props {
  policy: Policy;
  scopes: readonly string[];
  /** Makes the server ask before it connects. */
  ask: () => void;
}

/** What X's developer policy wants of whoever signs people in with it, as far as this connection decides it (decision 23). */
export function XRules({ policy, scopes, ask }: Props) {
  const now = effective(policy);
  const asks = now.jit === 'off' || now.link_policy === 'prove_possession' || now.link_policy === 'never' || now.email_trust === 'never' || now.prompt_before_link;
  return (
    <Card title={t('connections.rules.title')} text={t('connections.rules.text')}>
      <ul className={classes.lines}>
        <Rule
          state={asks ? 'ok' : 'refused'}
          text={t(asks ? 'connections.rules.consent' : 'connections.rules.consent.missing')}
          action={
            !asks && (
              <Button size="compact-sm" variant="default" onClick={ask}>
                {t('connections.rules.consent.fix')}
              </Button>
            )
          }
        />
        <Rule state="ok" text={t('connections.rules.button')} />
        <Rule state={scopes.includes('offline.access') ? 'refused' : 'ok'} text={t(scopes.includes('offline.access') ? 'connections.rules.offline' : 'connections.rules.least')} />
        <Rule state="open" text={t('connections.rules.handle')} />
        <Rule state="open" text={t('connections.rules.deletion')} />
      </ul>
    </Card>
  );
}

function Rule({ state, text, action }: { state: 'ok' | 'refused' | 'open'; text: string; action?: ReactNode }) {
  return (
    <li className={classes.line} data-outcome={state}>
      <span className={classes.sign} role="img" aria-label={t(`connections.rules.state.${state}`)}>
        <Icon name={state === 'ok' ? 'check' : state === 'refused' ? 'warning' : 'person'} size={13} />
      </span>
      <Text size="sm" className={classes.words}>
        {text}
      </Text>
      {action}
    </li>
  );
}

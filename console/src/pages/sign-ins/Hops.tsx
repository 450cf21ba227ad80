import { Button, Collapse, Text, UnstyledButton } from '@mantine/core';
import { useId, useState } from 'react';
import type { SignInHop } from '../../api/types';
import { Card } from '../../parts/Card';
import { CodeRemedy } from '../../parts/CodeRemedy';
import { Icon, type IconName } from '../../parts/Icon';
import { t } from '../../texts';
import { clock, duration } from '../../texts/format';
import classes from './Hops.module.css';

const icons: Record<string, IconName> = {
  asked: 'apps',
  session_found: 'check',
  page: 'file',
  request_token: 'link',
  sent: 'right',
  back: 'left',
  exchange: 'refresh',
  profile: 'person',
  rule: 'shield',
  mail: 'mail',
  code_entered: 'key',
  password: 'key',
  consent: 'check',
  account: 'person',
  session: 'clock',
  code_issued: 'apps',
  tokens: 'key',
  code_reused: 'warning',
  answered: 'apps',
};

/** What happened, in order, each with its facts to be opened. What went wrong is open already; a code that was told above is not explained again. */
export function Hops({ items, told }: { items: SignInHop[]; told?: string }) {
  const [all, setAll] = useState<boolean | null>(null);
  const toggle = (
    <Button size="compact-sm" variant="subtle" onClick={() => setAll(all !== true)}>
      {t(all === true ? 'sign_ins.close_all' : 'sign_ins.open_all')}
    </Button>
  );
  return (
    <Card title={t('sign_ins.story')} text={t('sign_ins.story_text')} action={toggle}>
      <ol className={classes.hops}>
        {items.map((hop, index) => (
          // The order of hops never changes; opening all of them opens each anew.
          <Hop key={`${index} ${String(all)}`} hop={hop} isOpen={all ?? hop.outcome !== 'ok'} told={told} />
        ))}
      </ol>
    </Card>
  );
}

function Hop({ hop, isOpen, told }: { hop: SignInHop; isOpen: boolean; told?: string }) {
  const [opened, setOpened] = useState(isOpen);
  const id = useId();
  const facts = Object.entries(hop.data);
  const hasMore = facts.length > 0 || hop.error !== undefined;
  const line = (
    <>
      <span className={classes.sign} data-outcome={hop.outcome}>
        <Icon name={hop.outcome === 'ok' ? (icons[hop.kind] ?? 'check') : 'warning'} size={16} />
      </span>
      <time className={classes.time} dateTime={hop.time}>
        {clock(hop.time)}
      </time>
      <span className={classes.title}>{hop.title}</span>
      {hop.error && !hop.title.includes(hop.error.code) && <code className={classes.code}>{hop.error.code}</code>}
      {typeof hop.duration_ms === 'number' && <span className={classes.took}>{duration(hop.duration_ms)}</span>}
    </>
  );

  return (
    <li className={classes.hop} data-outcome={hop.outcome}>
      {hasMore ? (
        <UnstyledButton className={classes.line} aria-expanded={opened} aria-controls={id} onClick={() => setOpened(!opened)}>
          {line}
          <span className={classes.arrow} data-open={opened || undefined}>
            <Icon name="down" size={16} />
          </span>
        </UnstyledButton>
      ) : (
        <div className={classes.line}>{line}</div>
      )}
      {hasMore && (
        <Collapse expanded={opened} id={id}>
          <div className={classes.more}>
            {hop.error && hop.error.code !== told && <CodeRemedy error={hop.error} />}
            {facts.length > 0 && (
              <dl className={classes.facts}>
                {facts.map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            )}
            <Text size="xs" c="dimmed">
              {t('sign_ins.hop_note', { kind: hop.kind })}
            </Text>
          </div>
        </Collapse>
      )}
    </li>
  );
}

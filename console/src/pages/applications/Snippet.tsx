import { Text } from '@mantine/core';
import { Copy } from '../../parts/CopyField';
import { t } from '../../texts';
import classes from './applications.module.css';
import type { Framework, Place } from './frameworks';

/** The lines of a framework, filled in and to be copied. */
export function Snippet({ framework, place }: { framework: Framework; place: Place }) {
  const lines = framework.lines(place);
  return (
    <div className={classes.snippet}>
      <Text className={classes.file} mb={4}>
        {framework.file}
      </Text>
      <pre className={classes.code} tabIndex={0} role="region" aria-label={t('applications.snippet', { name: framework.title })}>
        {lines}
      </pre>
      <span className={classes.copy}>
        <Copy value={lines} what={t('applications.snippet', { name: framework.title })} />
      </span>
    </div>
  );
}

import { Stack, Text } from '@mantine/core';
import { Copy } from '../../parts/CopyField';
import { t } from '../../texts';
import classes from './applications.module.css';
import type { Framework, Part, Place } from './frameworks';

/** The lines of a framework, filled in and to be copied part by part. */
export function Snippet({ framework, place }: { framework: Framework; place: Place }) {
  return (
    <Stack gap="lg">
      {framework.parts.map((part, index) => (
        <One key={`${index} ${part.file}`} part={part} place={place} what={t('applications.snippet', { number: index + 1, name: part.file })} />
      ))}
    </Stack>
  );
}

function One({ part, place, what }: { part: Part; place: Place; what: string }) {
  const lines = part.lines(place);
  return (
    <div className={classes.snippet}>
      <Text className={classes.file} mb={4}>
        {what}
      </Text>
      <pre className={classes.code} tabIndex={0} role="region" aria-label={what}>
        {lines}
      </pre>
      <span className={classes.copy}>
        <Copy value={lines} what={what} />
      </span>
    </div>
  );
}

import { Button, Code, Stack, Text, Title } from '@mantine/core';
import type { Problem } from '../api/problem';
import { known, t } from '../texts';
import { Icon } from './Icon';
import classes from './states.module.css';

/** What went wrong, in words: the server's, or ours where there was no answer. */
export function whatHappened(problem: Problem): string {
  return known(`common.problem.${problem.code}.title`) ?? (problem.message || t('common.problem.other.title', { status: problem.status }));
}

/** What to do about it. */
export function remedyOf(problem: Problem): string {
  const findings = problem.errors.map((error) => (error.field === '' ? error.message : `${error.field}: ${error.message}`)).join('\n');
  return known(`common.problem.${problem.code}.remedy`) ?? (findings || t('common.problem.other.remedy'));
}

/** Stands where something could not be loaded: what happened, what to do, try again. */
export function ErrorState({ problem, retry }: { problem: Problem; retry?: () => void }) {
  return (
    <Stack align="center" gap="xs" className={classes.state} role="alert">
      <span className={classes.sign} data-bad>
        <Icon name="warning" size={24} />
      </span>
      <Title order={2}>{whatHappened(problem)}</Title>
      <Text c="dimmed" ta="center" maw="32rem" className={classes.lines}>
        {remedyOf(problem)}
      </Text>
      <Code>{problem.code}</Code>
      {retry !== undefined && (
        <Button variant="default" mt="sm" leftSection={<Icon name="refresh" size={16} />} onClick={retry}>
          {t('common.try_again')}
        </Button>
      )}
    </Stack>
  );
}

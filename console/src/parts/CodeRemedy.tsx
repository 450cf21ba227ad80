import { Code, Group, Text } from '@mantine/core';
import { t } from '../texts';
import { Icon } from './Icon';
import classes from './CodeRemedy.module.css';

/** A stable code with what happened and what to do (ux part 4). */
export function CodeRemedy({ error }: { error: { code: string; title: string; remedy: string } }) {
  return (
    <div className={classes.remedy}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <span className={classes.sign}>
          <Icon name="warning" />
        </span>
        <div>
          <Text fw={600}>
            <Code mr={6}>{error.code}</Code>
            {sentence(error.title)}
          </Text>
          <Text mt={4}>
            <Text span fw={600}>
              {t('common.what_to_do')}
            </Text>{' '}
            {sentence(error.remedy)}
          </Text>
        </div>
      </Group>
    </div>
  );
}

/** An entry of the catalogue, which is a part of a table there, as it stands alone. */
export function sentence(text: string): string {
  const first = text.charAt(0);
  return /^[a-z]+ /.test(text) ? `${first.toUpperCase()}${text.slice(1)}.` : text;
}

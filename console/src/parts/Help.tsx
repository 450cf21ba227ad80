import { Text } from '@mantine/core';
import { t } from '../texts';

/** What stands below a setting's name: why it exists, what counts when nobody sets it, and what a change does to people who are signed in already. */
export function Help({ why, standard, already }: { why: string; standard?: string; already?: string }) {
  return (
    <>
      {why}
      {(standard !== undefined || already !== undefined) && (
        <Text span display="block" size="xs" mt={2}>
          {standard !== undefined && t('common.help.default', { value: standard })}
          {standard !== undefined && already !== undefined && ' · '}
          {already !== undefined && t('common.help.already', { what: already })}
        </Text>
      )}
    </>
  );
}

import { ActionIcon, Menu, SegmentedControl, Text, VisuallyHidden, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { signOut, whoAmI } from '../api/administrator';
import { Problem } from '../api/problem';
import { Icon } from '../parts/Icon';
import { tellProblem } from '../parts/notices';
import { language, languageNames, speak, t, type Language } from '../texts';

/** The person who is signed in, how the console looks and speaks, and the way out. */
export function AccountMenu() {
  const me = useQuery(whoAmI);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={264} shadow="md" closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} radius="xl" aria-label={t('layout.account.label')}>
          <Icon name="person" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {me.data !== undefined && (
          <>
            <Menu.Label>{t('layout.account.signed_in')}</Menu.Label>
            <Text px="sm" pb="xs" size="sm" fw={550}>
              {me.data.email ?? me.data.name ?? me.data.kind}
            </Text>
            <Menu.Divider />
          </>
        )}
        <Menu.Label>{t('layout.account.scheme')}</Menu.Label>
        <SegmentedControl
          fullWidth
          size="xs"
          mx="xs"
          mb="xs"
          aria-label={t('layout.account.scheme')}
          value={colorScheme}
          onChange={(value) => setColorScheme(value)}
          data={[
            { value: 'auto', label: t('layout.account.scheme_auto') },
            { value: 'light', label: icon('sun', t('layout.account.scheme_light')) },
            { value: 'dark', label: icon('moon', t('layout.account.scheme_dark')) },
          ]}
        />
        <Menu.Label>{t('layout.account.language')}</Menu.Label>
        <SegmentedControl
          fullWidth
          size="xs"
          mx="xs"
          mb="xs"
          aria-label={t('layout.account.language')}
          value={language()}
          onChange={(value) => void speak(value as Language, true)}
          data={Object.entries(languageNames).map(([value, label]) => ({ value, label }))}
        />
        {me.data?.kind === 'administrator' && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<Icon name="signOut" size={16} />} onClick={() => void signOut().catch((thrown: unknown) => tellProblem(Problem.from(thrown)))}>
              {t('layout.account.sign_out')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function icon(name: 'sun' | 'moon', words: string) {
  return (
    <>
      <Icon name={name} size={16} />
      <VisuallyHidden>{words}</VisuallyHidden>
    </>
  );
}

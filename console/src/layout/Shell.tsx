import { AppShell, Burger, Group, ScrollArea, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { t } from '../texts';
import { AccountMenu } from './AccountMenu';
import { EnvironmentMenu } from './EnvironmentMenu';
import { Navigation } from './Navigation';
import { SearchButton, SearchDialog } from './Search';
import classes from './Shell.module.css';

/** What stands around every page: navigation, search, environment, the person. */
export function Shell() {
  const [opened, menu] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  useEffect(() => menu.close(), [path, menu]);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'md', collapsed: { mobile: !opened } }}
      padding={0}
      transitionDuration={0}
      classNames={{ main: classes.main, header: classes.header, navbar: classes.navbar }}
    >
      <a
        className={classes.skip}
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('layout.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="xs" wrap="nowrap" miw={0}>
            <Burger opened={opened} onClick={menu.toggle} hiddenFrom="md" size="sm" aria-label={t(opened ? 'layout.menu.close' : 'layout.menu.open')} aria-expanded={opened} />
            <UnstyledButton component={Link} to="/" className={classes.brand} aria-label={t('layout.brand')}>
              <svg viewBox="0 0 32 32" width={28} height={28} aria-hidden>
                <rect width="32" height="32" rx="8" fill="var(--mantine-color-accent-8)" />
                <path d="M10 9l12 14M22 9l-4.6 5.3M14.4 17.8L10 23" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
              </svg>
              <span className={classes.name} translate="no">
                {'Xenios'}
              </span>
            </UnstyledButton>
            <EnvironmentMenu />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SearchButton />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label={t('layout.nav.label')} component="nav">
        <AppShell.Section grow component={ScrollArea} type="auto" px="sm" py="md">
          <Navigation />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main component="div">
        <main id="content" ref={main} tabIndex={-1} className={classes.content}>
          <Outlet />
        </main>
      </AppShell.Main>
      <SearchDialog />
    </AppShell>
  );
}

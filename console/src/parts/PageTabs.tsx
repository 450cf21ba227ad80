import { Tabs } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './PageTabs.module.css';

/** A tab of a page. */
export interface PageTab {
  /** Its part of the address; the first one's is left out there. */
  id: string;
  title: string;
  content: () => ReactNode;
}

/** Parts of one thing, each with an address of its own. */
export function PageTabs({ label, base, current, tabs }: { label: string; base: string; current: string | undefined; tabs: PageTab[] }) {
  const navigate = useNavigate();
  const [first] = tabs;
  return (
    <Tabs
      value={current ?? first?.id ?? null}
      onChange={(id) => void navigate({ to: id === null || id === first?.id ? base : `${base}/${id}`, resetScroll: false })}
      keepMounted={false}
      activateTabWithKeyboard={false}
    >
      <Tabs.List className={classes.list} aria-label={label} mb="lg">
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.id} value={tab.id} className={classes.tab}>
            {tab.title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.id} value={tab.id} tabIndex={-1}>
          {tab.content()}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

import { Anchor, Button, Code, Drawer, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../texts';
import { CopyField } from './CopyField';
import { Icon } from './Icon';
import classes from './PageHeader.module.css';

/** How to do what a page does without it. */
export interface Recipe {
  /** What is done. */
  title: string;
  /** The command, `xenios keys rotate`; absent where none does it. */
  command?: string;
  /** The call, `POST /api/v1/keys/rotate`. */
  call: string;
}

interface Props {
  /** Names the thing, not its kind. */
  title: string;
  text?: ReactNode;
  /** The one primary button. */
  action?: ReactNode;
  recipes?: Recipe[];
  /** The list that the thing is in. */
  back?: { to: LinkProps['to']; title: string };
  /** Badges beside the title. */
  marks?: ReactNode;
}

let isFirstPage = true;

/** The top of a page. It names the document, and takes the focus after a change of page. */
export function PageHeader({ title, text, action, recipes, back, marks }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [opened, drawer] = useDisclosure(false);
  useEffect(() => {
    document.title = t('layout.document', { title });
  }, [title]);
  useEffect(() => {
    // The browser itself takes care of the page that was opened first.
    if (!isFirstPage) {
      heading.current?.focus({ preventScroll: true });
    }

    isFirstPage = false;
  }, []);

  return (
    <header className={classes.header}>
      <div className={classes.words}>
        {back !== undefined && (
          <Anchor component={Link} to={back.to} size="sm" underline="hover" className={classes.back}>
            <Icon name="left" size={14} />
            {back.title}
          </Anchor>
        )}
        <Group gap="sm">
          <Title order={1} ref={heading} tabIndex={-1}>
            {title}
          </Title>
          {marks}
        </Group>
        {text !== undefined && (
          <Text c="dimmed" maw="46rem" mt={4}>
            {text}
          </Text>
        )}
      </div>
      <Group gap="xs" className={classes.actions}>
        {recipes !== undefined && (
          <Tooltip label={t('common.recipe.title')}>
            <Button variant="default" px="xs" onClick={drawer.open} aria-label={t('common.recipe.title')}>
              <Icon name="terminal" />
            </Button>
          </Tooltip>
        )}
        {action}
      </Group>
      {recipes !== undefined && (
        <Drawer opened={opened} onClose={drawer.close} position="right" title={t('common.recipe.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
          <Stack gap="xl">
            {recipes.map((recipe) => (
              <Stack key={recipe.title} gap="xs">
                <Title order={2}>{recipe.title}</Title>
                {recipe.command !== undefined && <CopyField label={t('common.recipe.command')} value={recipe.command} />}
                <CopyField label={t('common.recipe.call')} value={recipe.call} />
              </Stack>
            ))}
            <Text size="sm" c="dimmed">
              {t('common.recipe.note')} <Code>{'xenios --help'}</Code>
            </Text>
          </Stack>
        </Drawer>
      )}
    </header>
  );
}

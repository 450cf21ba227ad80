import { Alert, Anchor, Button, Group, List, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { whoAmI } from '../../api/administrator';
import { home, read, unwrap } from '../../api/client';
import { Problem, type FieldProblem } from '../../api/problem';
import type { Environment } from '../../api/types';
import { Card } from '../../parts/Card';
import { Icon } from '../../parts/Icon';
import { Mark } from '../../parts/Mark';
import { tellDone, tellProblem } from '../../parts/notices';
import { t } from '../../texts';
import classes from './GoingLive.module.css';

interface Row {
  text: string;
  isDone: boolean;
  fix?: React.ReactNode;
}

/** What stands between this environment and real people, and the step itself. The server decides; the list says beforehand what it will look at. */
export function GoingLive({ environment, reload }: { environment: Environment; reload: () => Promise<unknown> }) {
  const queries = useQueryClient();
  const me = useQuery(whoAmI);
  const connections = useQuery(read('/api/v1/connections', { params: { query: { limit: 100 } } }));
  const [opened, dialog] = useDisclosure(false);
  const isLive = environment.kind === 'production';
  const go = useMutation({
    meta: { quiet: true },
    mutationFn: () => unwrap(home.PATCH('/api/v1/environments/{id}', { params: { path: { id: environment.slug ?? '' } }, body: { kind: 'production' } })),
    onSuccess: async () => {
      await Promise.all([reload(), queries.invalidateQueries({ queryKey: ['me'] })]);
      tellDone(t('settings.live.done'));
    },
    onError: (thrown) => {
      const problem = Problem.from(thrown);
      if (problem.errors.length === 0) {
        tellProblem(problem);
      }
    },
    onSettled: dialog.close,
  });

  if (isLive) {
    return (
      <Card title={t('settings.live.title')} action={<Mark tone="accent" icon="check">{t('layout.environment.production')}</Mark>} text={t('settings.live.is_live')} />
    );
  }

  const enabled = (connections.data?.value.items ?? []).filter((one) => one.enabled !== false && one.kind === 'x');
  const rows: Row[] = [
    ...enabled.map((one): Row => {
      const isOwn = one.credentials === 'own';
      const fix = !isOwn && (
        <Anchor component={Link} to={`/connections/${one.id}`}>
          {t('settings.live.fix_credentials')}
        </Anchor>
      );
      return { text: t('settings.live.credentials', { name: one.name ?? one.id }), isDone: isOwn, fix };
    }),
    ...(me.data === undefined ? [] : [{ text: t('settings.live.mail'), isDone: me.data.server.mail_configured, fix: t('settings.live.fix_mail') }]),
  ];
  const findings: readonly FieldProblem[] = go.error === null ? [] : Problem.from(go.error).errors;

  return (
    <Card
      title={t('settings.live.title')}
      text={t('settings.live.text')}
      action={
        <Button variant="default" onClick={dialog.open} leftSection={<Icon name="rocket" size={16} />}>
          {t('settings.live.action')}
        </Button>
      }
    >
      <ul className={classes.list}>
        {rows.map((row) => (
          <li key={row.text} className={classes.row}>
            <span className={classes.sign} data-done={row.isDone || undefined} role="img" aria-label={t(row.isDone ? 'settings.live.ready' : 'settings.live.missing')}>
              <Icon name={row.isDone ? 'check' : 'clock'} size={14} />
            </span>
            <span>
              {row.text} {!row.isDone && row.fix}
            </span>
          </li>
        ))}
      </ul>
      {findings.length > 0 && (
        <Alert color="red" mt="md" role="alert" icon={<Icon name="warning" />} title={t('settings.live.refused')}>
          <List size="sm" spacing={4}>
            {findings.map((finding) => (
              <List.Item key={`${finding.field} ${finding.message}`}>{finding.message}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Modal opened={opened} onClose={dialog.close} title={t('settings.live.confirm')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack>
          <List size="sm" spacing="xs">
            <List.Item>{t('settings.live.effect_sandbox')}</List.Item>
            <List.Item>{t('settings.live.effect_credentials')}</List.Item>
            <List.Item>{t('settings.live.effect_people')}</List.Item>
          </List>
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close}>
              {t('common.cancel')}
            </Button>
            <Button onClick={() => go.mutate()} loading={go.isPending} data-autofocus>
              {t('settings.live.action')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Card>
  );
}

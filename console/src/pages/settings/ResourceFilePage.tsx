import { Alert, Button, Group, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keptAs } from '../../api/environment';
import { Problem } from '../../api/problem';
import { Card } from '../../parts/Card';
import { Icon } from '../../parts/Icon';
import { PageHeader } from '../../parts/PageHeader';
import { saveFile } from '../../parts/files';
import { tellDone, tellProblem } from '../../parts/notices';
import { holdsSecret } from '../../parts/secrets';
import { t, tn } from '../../texts';
import { Plan } from './Plan';
import { exportFile, sendFile, withoutPlaces } from './resourceFile';

const kept = keptAs('draft.resource-file');

/** The whole environment as one file: to take away, and to make it so. */
export function ResourceFilePage() {
  const queries = useQueryClient();
  const [text, setText] = useState(keptFile);
  const [format, setFormat] = useState<'yaml' | 'json'>('yaml');
  const write = (typed: string) => {
    setText(typed);
    plan.reset();
    keepFile(typed);
  };

  const save = useMutation({
    mutationFn: () => exportFile(format),
    onSuccess: (file) => saveFile(`xenios.${format}`, file, format === 'yaml' ? 'application/yaml' : 'application/json'),
  });
  const load = useMutation({ mutationFn: () => exportFile(format), onSuccess: (file) => write(withoutPlaces(file, format)) });
  const plan = useMutation({ meta: { quiet: true }, mutationFn: () => sendFile('plan', text), onError: (thrown) => told(thrown) });
  const apply = useMutation({
    meta: { quiet: true },
    mutationFn: () => sendFile('apply', text),
    onError: (thrown) => told(thrown),
    onSuccess: async (done) => {
      tellDone(tn('settings.file.applied', done.items.length));
      write('');
      await queries.invalidateQueries();
    },
  });
  const wrong = plan.error ?? apply.error;
  const findings = wrong === null ? [] : Problem.from(wrong).errors;

  return (
    <>
      <PageHeader
        title={t('layout.nav.resource_file')}
        text={t('settings.file.text')}
        recipes={[
          { title: t('settings.file.export'), command: 'xenios export > xenios.yaml', call: 'GET /api/v1/resources' },
          { title: t('settings.file.plan'), command: 'xenios plan xenios.yaml', call: 'POST /api/v1/resources/plan' },
          { title: t('settings.file.apply'), command: 'xenios apply xenios.yaml', call: 'POST /api/v1/resources/apply' },
        ]}
      />
      <Stack gap="lg">
        <Card title={t('settings.file.export')} text={t('settings.file.export_text')}>
          <Group>
            <SegmentedControl
              aria-label={t('settings.file.format')}
              value={format}
              onChange={(value) => setFormat(value === 'json' ? 'json' : 'yaml')}
              data={[
                { value: 'yaml', label: 'YAML' },
                { value: 'json', label: 'JSON' },
              ]}
            />
            <Button variant="default" onClick={() => save.mutate()} loading={save.isPending} leftSection={<Icon name="download" size={16} />}>
              {t('settings.file.save')}
            </Button>
            <Button variant="default" onClick={() => load.mutate()} loading={load.isPending} leftSection={<Icon name="edit" size={16} />}>
              {t('settings.file.edit')}
            </Button>
          </Group>
        </Card>
        <Card title={t('settings.file.change')} text={t('settings.file.change_text')}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              plan.mutate();
            }}
          >
            <Stack>
              <Textarea
                label={t('settings.file.paste')}
                description={t('settings.file.paste_text')}
                value={text}
                onChange={(event) => write(event.currentTarget.value)}
                error={findings.length > 0 ? tn('settings.file.findings', findings.length) : undefined}
                autosize
                minRows={10}
                maxRows={28}
                spellCheck={false}
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8438rem', lineHeight: 1.55 } }}
              />
              {findings.length > 0 && (
                <Alert color="red" icon={<Icon name="warning" />} role="alert" title={t('settings.file.wrong')}>
                  {findings.map((finding) => (
                    <Text key={`${finding.field} ${finding.message}`} size="sm">
                      {finding.field !== '' && <strong>{finding.field}: </strong>}
                      {finding.message}
                    </Text>
                  ))}
                </Alert>
              )}
              <Group justify="flex-end">
                <Button type="submit" disabled={text.trim() === ''} loading={plan.isPending}>
                  {t('settings.file.show')}
                </Button>
              </Group>
            </Stack>
          </form>
        </Card>
        {plan.data !== undefined && <Plan items={plan.data.items} isApplying={apply.isPending} apply={() => apply.mutate()} />}
      </Stack>
    </>
  );
}

function keptFile(): string {
  try {
    return sessionStorage.getItem(kept) ?? '';
  } catch {
    return '';
  }
}

// With a secret in it nothing is kept, as half a file would be another file.
function keepFile(text: string) {
  try {
    if (text === '' || holdsSecret(text)) {
      sessionStorage.removeItem(kept);
    } else {
      sessionStorage.setItem(kept, text);
    }
  } catch {
    // A full or forbidden store only costs the comfort.
  }
}

function told(thrown: unknown) {
  const problem = Problem.from(thrown);
  if (problem.errors.length === 0) {
    tellProblem(problem);
  }
}

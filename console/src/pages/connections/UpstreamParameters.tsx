import { ActionIcon, Button, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '../../parts/Icon';
import { isSame } from '../../api/mergePatch';
import { t } from '../../texts';
import classes from './connections.module.css';

/** Extra parameters by the name they are sent under: a fixed value, or one copied from the request (kinde-and-wso2 A8). */
export type Parameters = Record<string, { value?: string; alias?: string }>;

interface Row {
  name: string;
  kind: 'value' | 'login_hint' | 'prompt';
  text: string;
}

// What this server sets itself, in any spelling; the server refuses the rest of it.
const reserved = new Set(
  ('client_id client_secret client_assertion client_assertion_type redirect_uri response_type response_mode state nonce scope code code_challenge ' +
    'code_challenge_method code_verifier grant_type request request_uri audience resource id_token_hint claims iss').split(' '),
);

/** Parameters passed on to X's page, one a row. */
export function UpstreamParameters({ value, change, errors = {} }: { value: Parameters; change: (value: Parameters) => void; errors?: Partial<Record<string, React.ReactNode>> }) {
  const [rows, setRows] = useState(() => rowsOf(value));
  // Another value than these rows stand for came from outside: it was discarded or loaded anew.
  const shown = isSame(parametersOf(rows), value) ? rows : rowsOf(value);
  const set = (next: Row[]) => {
    setRows(next);
    change(parametersOf(next));
  };
  const edit = (index: number, part: Partial<Row>) => set(shown.map((row, at) => (at === index ? { ...row, ...part } : row)));

  return (
    <Stack gap="xs">
      {shown.map((row, index) => (
        // Rows have no identity but their place.
        <div key={index} className={classes.parameter}>
          <TextInput
            aria-label={t('connections.parameter.name')}
            placeholder={t('connections.parameter.name')}
            value={row.name}
            onChange={(event) => edit(index, { name: event.currentTarget.value.trim() })}
            error={errors[`upstream_params.${row.name}`] ?? wrongName(row.name, shown)}
            data-path={`upstream_params.${row.name}`}
            maxLength={64}
            spellCheck={false}
          />
          <Select
            aria-label={t('connections.parameter.kind')}
            data={[
              { value: 'value', label: t('connections.parameter.value') },
              { value: 'login_hint', label: t('connections.parameter.login_hint') },
              { value: 'prompt', label: t('connections.parameter.prompt') },
            ]}
            value={row.kind}
            onChange={(kind) => kind !== null && edit(index, { kind })}
            allowDeselect={false}
          />
          {row.kind === 'value' ? (
            <TextInput
              aria-label={t('connections.parameter.text')}
              placeholder={t('connections.parameter.text')}
              value={row.text}
              onChange={(event) => edit(index, { text: event.currentTarget.value })}
              error={errors[`upstream_params.${row.name}.value`]}
              maxLength={1024}
              data-path={`upstream_params.${row.name}.value`}
            />
          ) : (
            <span />
          )}
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('connections.parameter.remove', { name: row.name })} onClick={() => set(shown.filter((_, at) => at !== index))}>
            <Icon name="trash" size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        size="xs"
        className={classes.start}
        leftSection={<Icon name="plus" size={14} />}
        disabled={shown.length >= 20}
        onClick={() => setRows([...shown, { name: '', kind: 'value', text: '' }])}
      >
        {t('connections.parameter.add')}
      </Button>
    </Stack>
  );
}

function rowsOf(value: Parameters): Row[] {
  return Object.entries(value).map(([name, { value: text, alias }]) => ({ name, kind: alias === 'login_hint' || alias === 'prompt' ? alias : 'value', text: text ?? '' }));
}

function parametersOf(rows: Row[]): Parameters {
  return Object.fromEntries(rows.filter((row) => row.name !== '').map((row) => [row.name, row.kind === 'value' ? { value: row.text } : { alias: row.kind }]));
}

function wrongName(name: string, rows: Row[]): string | undefined {
  if (reserved.has(name.toLowerCase()) || /^oauth_/i.test(name)) {
    return t('connections.parameter.reserved');
  }

  if (name !== '' && !/^[A-Za-z][\w.-]{0,63}$/.test(name)) {
    return t('connections.parameter.malformed');
  }

  return name !== '' && rows.filter((row) => row.name.toLowerCase() === name.toLowerCase()).length > 1 ? t('connections.parameter.twice') : undefined;
}

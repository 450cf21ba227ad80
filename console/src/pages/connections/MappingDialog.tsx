import { Autocomplete, Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../texts';
import type { Mapping } from './attributes';

interface Props {
  opened: boolean;
  close: () => void;
  taken: readonly Mapping[];
  /** What the upstream is known to send; anything else may be typed. */
  externals: string[];
  /** Local attributes with their types. */
  types: Record<string, string>;
  add: (mapping: Mapping) => void;
}

/** Adds an attribute mapping: the upstream's name as text, ours from a list; neither twice (kinde-and-wso2 E72, E73). */
export function MappingDialog({ opened, close, taken, externals, types, add }: Props) {
  return (
    <Modal opened={opened} onClose={close} title={t('connections.attributes.add')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Fields
        taken={taken}
        externals={externals}
        types={types}
        add={(mapping) => {
          add(mapping);
          close();
        }}
      />
    </Modal>
  );
}

function Fields({ taken, externals, types, add }: Omit<Props, 'opened' | 'close'>) {
  const [external, setExternal] = useState('');
  const [local, setLocal] = useState<string | null>(null);
  const [standard, setStandard] = useState('');
  const [provision, setProvision] = useState(true);
  const name = external.trim();
  const isExternalTaken = taken.some((mapping) => mapping.external === name);
  const isLocalTaken = taken.some((mapping) => mapping.local.toLowerCase() === local?.toLowerCase());
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== '' && local !== null && !isExternalTaken && !isLocalTaken) {
          add({ external: name, local, provision, ...(standard === '' ? {} : { default: standard }) });
        }
      }}
    >
      <Stack>
        <Autocomplete
          label={t('connections.attributes.external')}
          description={t('connections.attributes.external.help')}
          data={externals}
          value={external}
          onChange={setExternal}
          error={isExternalTaken ? t('connections.attributes.taken') : /\s/.test(name) ? t('connections.attributes.external.blank') : undefined}
          maxLength={128}
          spellCheck={false}
          required
          data-autofocus
        />
        <Select
          label={t('connections.attributes.local')}
          description={t('connections.attributes.local.help')}
          data={[...Object.keys(types), 'groups'].map((value) => ({ value, label: types[value] === undefined || types[value] === 'text' ? value : `${value} (${types[value]})` }))}
          value={local}
          onChange={setLocal}
          error={isLocalTaken ? t('connections.attributes.taken') : undefined}
          searchable
          required
        />
        <TextInput label={t('connections.attributes.default')} description={t('connections.attributes.default.help')} value={standard} onChange={(event) => setStandard(event.currentTarget.value)} maxLength={1024} />
        <Checkbox label={t('connections.attributes.provision')} description={t('connections.attributes.provision.help')} checked={provision} onChange={(event) => setProvision(event.currentTarget.checked)} />
        <Group justify="flex-end">
          <Button type="submit" disabled={name === '' || /\s/.test(name) || local === null || isExternalTaken || isLocalTaken}>
            {t('connections.attributes.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

import { ActionIcon, Button, Input, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from '../../parts/Icon';
import { t } from '../../texts';
import classes from './applications.module.css';

interface Props {
  label: string;
  description: ReactNode;
  /** Name of the field; the findings about an entry stand at its place. */
  path: string;
  value: string[];
  change: (value: string[]) => void;
  errors: Partial<Record<string, ReactNode>>;
  placeholder: string;
}

/** Addresses, one a line. Each finding stands at the one that it is about. */
export function AddressList({ label, description, path, value, change, errors, placeholder }: Props) {
  return (
    <Input.Wrapper label={label} description={description} error={errors[path]} labelElement="div">
      <Stack gap={6} mt={6}>
        {value.map((address, index) => (
          // Entries have no identity but their place.
          <div key={index} className={classes.address}>
            <TextInput
              aria-label={t('applications.address.one', { what: label, number: index + 1 })}
              value={address}
              onChange={(event) => change(value.map((one, at) => (at === index ? event.currentTarget.value.trim() : one)))}
              error={errors[`${path}.${index}`] ?? wrong(address, value)}
              placeholder={placeholder}
              maxLength={2048}
              spellCheck={false}
              data-path={`${path}.${index}`}
            />
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('applications.address.remove', { address })} onClick={() => change(value.filter((_, at) => at !== index))}>
              <Icon name="trash" size={16} />
            </ActionIcon>
          </div>
        ))}
        <Button variant="default" size="xs" className={classes.start} leftSection={<Icon name="plus" size={14} />} onClick={() => change([...value, ''])}>
          {t('applications.address.add')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

function wrong(address: string, all: string[]): string | undefined {
  if (address === '') {
    return undefined;
  }

  if (address.includes('*') || address.includes('#')) {
    return t('applications.address.exact');
  }

  return all.filter((one) => one === address).length > 1 ? t('applications.address.twice') : undefined;
}

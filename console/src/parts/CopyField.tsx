import { ActionIcon, CopyButton, Input, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../texts';
import { Icon } from './Icon';
import classes from './CopyField.module.css';

/** Something to be taken elsewhere exactly as it stands, with a button that does. */
export function CopyField({ label, value, description }: { label: string; value: string; description?: ReactNode }) {
  return (
    <Input.Wrapper label={label} description={description} labelElement="div">
      <div className={classes.field}>
        <code className={classes.value}>{value}</code>
        <Copy value={value} what={label} />
      </div>
    </Input.Wrapper>
  );
}

/** The button by itself, for a value that stands beside it. */
export function Copy({ value, what }: { value: string; what: string }) {
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('common.copied') : t('common.copy')}>
          <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={copied ? t('common.copied') : t('common.copy_what', { what })}>
            <Icon name={copied ? 'check' : 'copy'} size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

import { Group, Radio, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Choices.module.css';

/** One answer of a question. */
export interface Choice<T extends string> {
  value: T;
  label: string;
  text?: ReactNode;
  /** Beside the label: "Default". */
  mark?: ReactNode;
}

interface Props<T extends string> {
  /** The question. */
  label: string;
  description?: ReactNode;
  value: T | null;
  onChange: (value: T) => void;
  options: Choice<T>[];
  error?: ReactNode;
  /** Path of the field in the API's findings. */
  path?: string;
}

/** A question with a few answers that need a sentence each. */
export function Choices<T extends string>({ label, description, value, onChange, options, error, path }: Props<T>) {
  return (
    <Radio.Group label={label} description={description} value={value ?? ''} onChange={(chosen) => onChange(chosen as T)} error={error} data-path={path} classNames={{ label: classes.question }}>
      <div className={classes.grid}>
        {options.map((option) => (
          <Radio.Card key={option.value} value={option.value} className={classes.card} aria-label={option.label}>
            <Group wrap="nowrap" align="flex-start" gap="sm">
              <Radio.Indicator mt={2} />
              <Stack gap={2} miw={0}>
                <Group gap={6}>
                  <Text size="sm" fw={600}>
                    {option.label}
                  </Text>
                  {option.mark}
                </Group>
                {option.text !== undefined && (
                  <Text size="sm" c="dimmed">
                    {option.text}
                  </Text>
                )}
              </Stack>
            </Group>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}

import { Group, Input, NumberInput, Select } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import { t } from '../texts';

const units = { minute: 60, hour: 3600, day: 86_400 } as const;
type Unit = keyof typeof units;

interface Props {
  label: string;
  description?: ReactNode;
  error?: ReactNode;
  /** Seconds; null counts as not set. */
  value?: number | null;
  onChange: (seconds: number | null) => void;
  /** What counts when nothing is set, in seconds. */
  standard: number;
  'data-path'?: string;
}

/** A duration in the unit that people think of it in; the API takes seconds. */
export function DurationInput({ label, description, error, value, onChange, standard, 'data-path': path }: Props) {
  const id = useId();
  const [unit, setUnit] = useState<Unit>(unitOf(value ?? standard));
  // As it was typed, for as long as it stands for the value: "1." is on its way to "1.5".
  const [typed, setTyped] = useState<{ text: string | number; seconds: number | null } | null>(null);
  const seconds = value ?? null;
  const text = typed !== null && typed.seconds === seconds ? typed.text : seconds === null ? '' : seconds / units[unit];
  return (
    <Input.Wrapper id={id} label={label} description={description} error={error} data-path={path} inputWrapperOrder={['label', 'description', 'input', 'error']}>
      <Group gap="xs" mt={4} wrap="nowrap" maw={320}>
        <NumberInput
          id={id}
          flex={1}
          miw={0}
          min={0}
          allowNegative={false}
          decimalScale={2}
          error={error !== undefined && error !== null}
          placeholder={String(standard / units[unit])}
          value={text}
          onChange={(text) => {
            const number = typeof text === 'number' ? text : Number.parseFloat(text);
            const seconds = Number.isFinite(number) ? Math.round(number * units[unit]) : null;
            setTyped({ text, seconds });
            onChange(seconds);
          }}
        />
        <Select
          w={112}
          aria-label={t('common.unit.label', { what: label })}
          data={Object.keys(units).map((name) => ({ value: name, label: t(`common.unit.${name as Unit}`) }))}
          value={unit}
          allowDeselect={false}
          onChange={(name) => {
            setTyped(null);
            setUnit((name ?? 'minute') as Unit);
          }}
        />
      </Group>
    </Input.Wrapper>
  );
}

function unitOf(seconds: number): Unit {
  return (['day', 'hour'] as const).find((unit) => seconds > 0 && seconds % units[unit] === 0 && seconds >= units[unit] * 2) ?? (seconds === units.hour ? 'hour' : 'minute');
}

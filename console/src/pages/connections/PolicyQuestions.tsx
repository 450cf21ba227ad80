import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { Choices } from '../../parts/Choices';
import { Mark } from '../../parts/Mark';
import { known, t, tn } from '../../texts';
import { answered, answerOf, differing, effective, plain, presets, withSettings, type Policy, type Preset, type Question, type Setting } from './policy';
import classes from './connections.module.css';

interface Props {
  policy: Policy;
  change: (policy: Policy) => void;
  errors?: Partial<Record<string, React.ReactNode>>;
}

const questions: Question[] = ['first', 'email', 'missing', 'sync'];

/** Who may come in: four plain questions (ux 2.5, step 4), and the preset that they come from. */
export function PolicyQuestions({ policy, change, errors = {} }: Props) {
  const field = { first: 'policy.on_no_match', email: 'policy.link_policy', missing: 'policy.missing_email', sync: 'policy.attribute_sync' } as const;
  const standard: Policy = { preset: policy.preset };
  const isWithout = effective(policy).jit === 'off';
  return (
    <Stack gap="lg">
      {questions
        // Nobody is looked for and nothing is kept where there are no accounts.
        .filter((question) => question === 'first' || !isWithout)
        .map((question) => (
          <Choices
            key={question}
            label={t(`connections.who.${question}`)}
            value={answerOf(policy, question)}
            onChange={(answer) => change(answered(policy, question, answer))}
            options={Object.keys(plain[question]).map((answer) => ({
              value: answer,
              label: t(`connections.who.${question}.${answer}` as 'connections.who.first.create'),
              text: known(`connections.who.${question}.${answer}.text`),
              mark: answerOf(standard, question) === answer && <Mark>{t('connections.who.standard')}</Mark>,
            }))}
            error={errors[field[question]]}
            path={field[question]}
          />
        ))}
      <PresetChoice policy={policy} change={change} />
    </Stack>
  );
}

/** The preset, and what is otherwise than in it. */
export function PresetChoice({ policy, change }: Props) {
  const others = differing(policy);
  const now = effective(policy);
  return (
    <div>
      <Group align="flex-end" gap="sm">
        <Select
          label={t('connections.preset')}
          description={t('connections.preset.help')}
          data={(Object.keys(presets) as Preset[]).map((preset) => ({ value: preset, label: t(`connections.preset.${preset}`) }))}
          value={policy.preset ?? 'kinde'}
          onChange={(preset) => preset !== null && change({ ...policy, preset })}
          allowDeselect={false}
          data-path="policy.preset"
          maw="24rem"
        />
        <Mark tone={others.length === 0 ? 'good' : 'warn'}>{others.length === 0 ? t('connections.preset.as_is') : tn('connections.preset.own', others.length)}</Mark>
      </Group>
      {others.length > 0 && (
        <ul className={classes.rows} aria-label={t('connections.preset.differs')}>
          {others.map((name) => (
            <li key={name} className={classes.row}>
              <Text size="sm" className={classes.words}>
                <Text span fw={600}>
                  {t(`connections.policy.${name}`)}
                </Text>
                {': '}
                {valueText(name, now[name])}{' '}
                <Text span c="dimmed">
                  {t('connections.preset.instead', { value: valueText(name, presets[policy.preset ?? 'kinde'][name]) })}
                </Text>
              </Text>
              <Button size="compact-sm" variant="subtle" onClick={() => change(withSettings(policy, { [name]: presets[policy.preset ?? 'kinde'][name] }))}>
                {t('connections.preset.back')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A value of a setting in words. */
export function valueText(name: Setting, value: string | boolean): string {
  if (typeof value === 'boolean') {
    return t(value ? 'connections.policy.yes' : 'connections.policy.no');
  }

  return t(`connections.policy.${name}.${value}` as 'connections.policy.jit.on');
}

import type { SignInOutcome } from '../../api/types';
import type { IconName } from '../../parts/Icon';
import { Mark, type Tone } from '../../parts/Mark';
import { t } from '../../texts';

const signs: Record<SignInOutcome, [Tone, IconName]> = {
  ok: ['good', 'check'],
  running: ['plain', 'clock'],
  refused: ['warn', 'cross'],
  failed: ['bad', 'warning'],
  abandoned: ['plain', 'left'],
};

/** How a sign-in stands. */
export function Outcome({ value }: { value: SignInOutcome }) {
  const [tone, icon] = signs[value];
  return (
    <Mark tone={tone} icon={icon}>
      {t(`sign_ins.outcome.${value}`)}
    </Mark>
  );
}

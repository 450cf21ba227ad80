import { Badge } from '@mantine/core';
import type { SignInOutcome } from '../../api/types';
import { Icon, type IconName } from '../../parts/Icon';
import { t } from '../../texts';
import classes from './Outcome.module.css';

const icons: Record<SignInOutcome, IconName> = { ok: 'check', running: 'clock', refused: 'cross', failed: 'warning', abandoned: 'left' };

/** How a sign-in stands: a sign and a word, never colour alone. */
export function Outcome({ value }: { value: SignInOutcome }) {
  return (
    <Badge className={classes.outcome} data-outcome={value} size="lg" leftSection={<Icon name={icons[value]} size={13} />}>
      {t(`sign_ins.outcome.${value}`)}
    </Badge>
  );
}

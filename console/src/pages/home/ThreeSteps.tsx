import { Button, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { apiBase } from '../../api/environment';
import type { Application, Connection } from '../../api/types';
import { Icon } from '../../parts/Icon';
import { Mark } from '../../parts/Mark';
import { t } from '../../texts';
import classes from './HomePage.module.css';

interface Found {
  connections: Connection[];
  applications: Application[];
  /** Whether anybody ever signed in. */
  hasSignedIn: boolean;
}

/** One of the three things. */
interface Step {
  name: 'try' | 'connect' | 'app';
  isDone: boolean;
  /** A page beside the console. */
  outside?: string;
  to?: string;
}

// The sample that ./run starts is nobody's own application.
const demo = 'demo';

/** A sign-in of this environment, tried as the built-in application. */
const tryAddress = `${apiBase}/console/try`;

/** The three cards of the beginning; what is done says so, and the first that is not has the button. */
export function ThreeSteps({ steps }: { steps: Step[] }) {
  const next = steps.find((step) => !step.isDone);
  return (
    <ol className={classes.steps}>
      {steps.map((step, index) => (
        <li key={step.name} className={classes.step} data-done={step.isDone || undefined}>
          <span className={classes.number} aria-hidden>
            {step.isDone ? <Icon name="check" /> : index + 1}
          </span>
          <Title order={2}>{t(`home.steps.${step.name}.title`)}</Title>
          <Text c="dimmed" className={classes.grow}>
            {t(`home.steps.${step.name}.text`)}
          </Text>
          <div>{step.isDone ? <Mark tone="good">{t('home.steps.done')}</Mark> : <Go step={step} isNext={step === next} />}</div>
        </li>
      ))}
    </ol>
  );
}

function Go({ step, isNext }: { step: Step; isNext: boolean }) {
  const variant = isNext ? 'filled' : 'default';
  const words = t(`home.steps.${step.name}.action`);
  if (step.to !== undefined) {
    return (
      <Button component={Link} to={step.to} variant={variant}>
        {words}
      </Button>
    );
  }

  return (
    <Button component="a" href={step.outside} target="_blank" rel="noopener" variant={variant} rightSection={<Icon name="external" size={16} />}>
      {words}
    </Button>
  );
}

/** How far the three things are. */
ThreeSteps.from = ({ connections, applications, hasSignedIn }: Found): Step[] => {
  // Keys are entered at the connection that is there: a second one would be a second button of the same name.
  const x = connections.find((one) => one.kind === 'x');
  return [
    { name: 'try', isDone: hasSignedIn, outside: tryAddress },
    { name: 'connect', isDone: connections.some((one) => one.kind === 'x' && one.credentials === 'own'), to: x === undefined ? '/connections/new/x' : `/connections/${x.slug}` },
    { name: 'app', isDone: applications.some((one) => one.client_id !== demo), to: '/applications/new' },
  ];
};

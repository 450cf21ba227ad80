import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ago, exact } from '../texts/format';

const every = 30_000;

/** A moment as people say it, "3 minutes ago"; the exact one is told on asking. */
export function TimeAgo({ value }: { value: string }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), every);
    return () => clearInterval(timer);
  }, []);
  return (
    <Tooltip label={exact(value)} events={{ hover: true, focus: false, touch: true }}>
      <time dateTime={value}>{ago(value)}</time>
    </Tooltip>
  );
}

import { Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './Tiles.module.css';

interface TileProps {
  icon: ReactNode;
  title: ReactNode;
  text?: ReactNode;
  /** State, below the words. */
  foot?: ReactNode;
  /** Where it leads; otherwise it is chosen. */
  to?: string;
  onClick?: () => void;
  /** Whether it is the one chosen, among tiles that are. */
  chosen?: boolean;
}

/** Tiles side by side, as many as fit. */
export function Tiles({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.tiles} aria-label={label}>
      {children}
    </ul>
  );
}

/** Something to open or to choose. */
export function Tile({ icon, title, text, foot, to, onClick, chosen }: TileProps) {
  const inside = (
    <>
      <span className={classes.icon}>{icon}</span>
      <span className={classes.words}>
        <span className={classes.title}>{title}</span>
        {text !== undefined && (
          <Text span size="sm" c="dimmed" display="block">
            {text}
          </Text>
        )}
        {foot !== undefined && <span className={classes.foot}>{foot}</span>}
      </span>
    </>
  );
  return (
    <li>
      {to === undefined ? (
        <UnstyledButton className={classes.tile} onClick={onClick} aria-pressed={chosen}>
          {inside}
        </UnstyledButton>
      ) : (
        <Link to={to} className={classes.tile}>
          {inside}
        </Link>
      )}
    </li>
  );
}

// Strokes on a grid of 24, drawn for this console.
const paths = {
  home: 'M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6',
  pulse: 'M3 12h4l3-8 4 16 3-8h4',
  users: 'M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20c.5-3.6 3-5.5 6.5-5.5s6 1.9 6.5 5.5M16 4.4a3.5 3.5 0 010 6.2M18 14.9c2 .7 3.2 2.4 3.5 5.1',
  apps: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z',
  plug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 01-12 0zM12 17v4',
  history: 'M4 12a8 8 0 108-8c-2.7 0-5 1.3-6.5 3.5M4 3.5v4.5h4.5M12 8v4.5l3 2',
  key: 'M8 15.5a4 4 0 100-8 4 4 0 000 8zM12 11.5h9M17.5 11.5v3.5M21 11.5v2.5',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5zM9 19.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5z',
  search: 'M10.5 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zM15.3 15.3L20.5 20.5',
  sun: 'M12 16.5a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM12 2.5v1.5M12 20v1.5M2.5 12H4M20 12h1.5M5.3 5.3l1 1M17.7 17.7l1 1M18.7 5.3l-1 1M6.3 17.7l-1 1',
  moon: 'M19.5 14.5A8 8 0 019.5 4.5a8 8 0 1010 10z',
  language: 'M12 21a9 9 0 100-18 9 9 0 000 18zM3 12h18M12 3c3 3 3.6 6 3.6 9S15 18 12 21c-3-3-3.6-6-3.6-9S9 6 12 3z',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20.5c.6-4 3.5-6 7.5-6s6.9 2 7.5 6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  warning: 'M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.3',
  info: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 11v5.5M12 7.5v.3',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  terminal: 'M3 5h18v14H3zM7 9.5l3 2.5-3 2.5M12.5 15H17',
  download: 'M12 4v11M7.5 11L12 15.5 16.5 11M4 20h16',
  refresh: 'M20 12a8 8 0 11-2.5-5.8M20 3.5v4.5h-4.5',
  down: 'M6 9.5l6 6 6-6',
  right: 'M9.5 6l6 6-6 6',
  left: 'M14.5 6l-6 6 6 6',
  external: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  play: 'M7 4.5l12 7.5-12 7.5z',
  plus: 'M12 5v14M5 12h14',
  trash: 'M4 7h16M9.5 7V4h5v3M6 7l1 13h10l1-13M10 11v5.5M14 11v5.5',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  shield: 'M12 3l8 3v6c0 4.5-3.2 7.7-8 9-4.8-1.3-8-4.5-8-9V6z',
  clock: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5.5l3.5 2',
  rocket: 'M12 3c4 2.5 5.5 6 5 11l2.5 3.5H4.5L7 14c-.5-5 1-8.5 5-11zM12 12a2 2 0 100-4 2 2 0 000 4zM10 17.5L12 21l2-3.5',
  menu: 'M4 7h16M4 12h16M4 17h16',
  more: 'M5 12v.1M12 12v.1M19 12v.1',
  edit: 'M4 20h4.5L20 8.5 15.5 4 4 15.5zM13 6.5L17.5 11',
  link: 'M10 14a4 4 0 005.7 0l3.1-3.1a4 4 0 00-5.7-5.7L12 6.3M14 10a4 4 0 00-5.7 0l-3.1 3.1a4 4 0 005.7 5.7l1.1-1.1',
  signOut: 'M14 4H5v16h9M10 12h11M17.5 8.5L21 12l-3.5 3.5',
  mail: 'M3 5.5h18v13H3zM3.5 6.5l8.5 6.5 8.5-6.5',
  x: 'M4.5 4.5h3.6l11.4 15h-3.6zM19 4.5l-6 6.6M10.7 13.6L5.5 19.5',
} as const;

/** Name of a drawing. */
export type IconName = keyof typeof paths;

/** A drawing beside words that say the same; readers are spared it. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.6} strokeLinecap="round" strokeLinejoin="round" aria-hidden focusable={false}>
      <path d={paths[name]} />
    </svg>
  );
}

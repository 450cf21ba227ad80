import { Link, useRouterState } from '@tanstack/react-router';
import { navigation, type Entry } from '../navigation';
import { Icon } from '../parts/Icon';
import { t } from '../texts';
import classes from './Navigation.module.css';

/** The navigation; what lies below a section is shown while one is in it. */
export function Navigation() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isIn = (entry: Entry) => (entry.to === '/' ? path === '/' : path === entry.to || path.startsWith(`${entry.to}/`));
  return (
    <ul className={classes.list}>
      {navigation.map((section) => (
        <li key={section.to}>
          <Link to={section.to} className={classes.link} data-active={isIn(section) || undefined} aria-current={path === section.to ? 'page' : undefined}>
            <Icon name={section.icon} />
            <span>{t(section.text)}</span>
          </Link>
          {section.children !== undefined && isIn(section) && (
            <ul className={classes.children}>
              {section.children.map((child) => (
                <li key={child.to}>
                  <Link to={child.to} className={classes.child} data-active={isIn(child) || undefined} aria-current={path === child.to ? 'page' : undefined}>
                    {t(child.text)}
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

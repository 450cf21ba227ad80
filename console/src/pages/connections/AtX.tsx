import { Anchor, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { read } from '../../api/client';
import { Copy } from '../../parts/CopyField';
import { Icon } from '../../parts/Icon';
import { Rich } from '../../texts/Rich';
import { t, type TextKey } from '../../texts';
import { callbackPath } from './connection';
import classes from './connections.module.css';

interface Props {
  /** Slug, once it is stored: then the server says which addresses it uses. */
  connection?: string;
  style: 'login_callback' | 'commonauth';
  /** A callback address that is sent as it stands; empty for the server's own. */
  callbackUrl: string;
}

/** What is to be entered at X, in X's words, to be copied from here (ux 2.5, step 1). */
export function AtX({ connection, style, callbackUrl }: Props) {
  const settings = useQuery(read('/api/v1/settings'));
  const callbacks = useQuery({ ...read('/api/v1/connections/{id}/callbacks', { params: { path: { id: connection ?? '' } } }), enabled: connection !== undefined });
  const issuer = settings.data?.value.issuer;
  if (issuer === undefined) {
    return <Skeleton height={220} radius="md" />;
  }

  // What the server says is of the path that is stored; another one may be chosen here and not yet saved.
  const stored = (callbacks.data?.value.items ?? []).filter((item) => item.style === style).map((item) => item.url);
  const addresses = callbackUrl !== '' ? [callbackUrl] : stored.length > 0 ? stored : [`${issuer}${callbackPath(style)}`];
  const site = websiteOf(issuer);
  const rows: { at: TextKey; enter: string; verbatim: boolean }[] = [
    { at: 'connections.atx.permissions', enter: 'Read', verbatim: false },
    { at: 'connections.atx.email', enter: t('connections.atx.email_on'), verbatim: false },
    { at: 'connections.atx.type', enter: 'Web App, Automated App or Bot', verbatim: false },
    ...addresses.map((enter) => ({ at: 'connections.atx.callback' as const, enter, verbatim: true })),
    { at: 'connections.atx.website', enter: site, verbatim: true },
    { at: 'connections.atx.terms', enter: `${site}/terms`, verbatim: true },
    { at: 'connections.atx.privacy', enter: `${site}/privacy`, verbatim: true },
  ];
  return (
    <>
      <Text size="sm" mb="sm">
        <Rich
          id="connections.atx.open"
          tags={{
            link: (text) => (
              <Anchor href="https://console.x.com" target="_blank" rel="noreferrer" underline="always">
                {text} <Icon name="external" size={13} />
              </Anchor>
            ),
            b: (text) => (
              <Text span fw={600}>
                {text}
              </Text>
            ),
          }}
        />
      </Text>
      <div className={classes.frame}>
        <table className={classes.atx} aria-label={t('connections.atx.label')}>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.at} ${row.enter}`}>
                <th scope="row">{t(row.at)}</th>
                <td>
                  <span className={classes.enter}>
                    {row.verbatim ? <code>{row.enter}</code> : <Text size="sm" fw={600}>{row.enter}</Text>}
                    {row.verbatim && <Copy value={row.enter} what={t(row.at)} />}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Text size="sm" c="dimmed" mt="sm">
        {t('connections.atx.exactly')} {t('connections.atx.checked')}
      </Text>
      <Text size="sm" c="dimmed" mt={4}>
        <Rich
          id="connections.atx.docs"
          tags={{
            link: (text) => (
              <Anchor href="https://docs.x.com/resources/fundamentals/authentication/overview" target="_blank" rel="noreferrer" underline="always">
                {text} <Icon name="external" size={13} />
              </Anchor>
            ),
          }}
        />
      </Text>
    </>
  );
}

// X takes no address of this computer as a website.
function websiteOf(issuer: string): string {
  const url = new URL(issuer);
  return /^(localhost|127\.|\[::1\])|\.localhost$/.test(url.hostname) ? 'https://example.org' : url.origin;
}

import { useQuery } from '@tanstack/react-query';
import { read } from '../../api/client';
import type { Connection } from '../../api/types';
import { Notice } from '../../parts/Notice';
import { t } from '../../texts';

/** Says what blank credentials mean: fine for trying out, never for real people (kinde-and-wso2 E4, E5). */
export function CredentialWarning({ connection }: { connection: Pick<Connection, 'credentials'> }) {
  const settings = useQuery(read('/api/v1/settings'));
  const isProduction = settings.data?.value.kind === 'production';
  const from = connection.credentials ?? 'missing';
  if (from === 'own') {
    return null;
  }

  return (
    <Notice kind={isProduction || from === 'missing' ? 'bad' : 'warn'} title={t(`connections.source.${from}`)}>
      {t(isProduction ? 'connections.source.production' : `connections.source.${from}.text`)}
    </Notice>
  );
}

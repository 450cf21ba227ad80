import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Answer } from '../../api/client';
import type { Application } from '../../api/types';
import { Mark } from '../../parts/Mark';
import { PageHeader } from '../../parts/PageHeader';
import { PageTabs } from '../../parts/PageTabs';
import { Query } from '../../parts/Query';
import { t } from '../../texts';
import { AddressesTab } from './AddressesTab';
import { applicationQuery } from './application';
import { ConnectionsTab } from './ConnectionsTab';
import { LoginFlowTab } from './LoginFlowTab';
import { SettingsTab } from './SettingsTab';
import { TokensTab } from './TokensTab';
import { TryTab } from './TryTab';

/** One application. */
export function ApplicationPage() {
  const { application: id = '' } = useParams({ strict: false });
  const one = useQuery(applicationQuery(id));
  return <Query of={one}>{(answer) => <Loaded answer={answer} key={answer.value.client_id} />}</Query>;
}

function Loaded({ answer }: { answer: Answer<Application> }) {
  const { tab } = useParams({ strict: false });
  const application = answer.value;
  const id = application.client_id;
  const isMachine = application.type === 'machine';
  const path = `/api/v1/applications/${id}`;
  return (
    <>
      <PageHeader
        title={application.name ?? id}
        back={{ to: '/applications', title: t('applications.title') }}
        marks={
          <>
            <Mark>{t(`applications.type.${application.type ?? 'web'}`)}</Mark>
            {application.enabled === false && <Mark tone="warn">{t('applications.off')}</Mark>}
          </>
        }
        recipes={[
          { title: t('applications.recipe.change'), command: 'xenios apply applications.yaml', call: `PATCH ${path}` },
          { title: t('applications.secret.rotate'), call: `POST ${path}/secret  {"overlap": 86400}` },
          { title: t('applications.tab.flow'), call: `PATCH /api/v1/login-flows/${id}` },
          { title: t('applications.tab.connections'), call: `PUT ${path}/connections/x` },
        ]}
      />
      <PageTabs
        label={t('applications.tabs')}
        base={`/applications/${id}`}
        current={tab}
        tabs={[
          { id: 'settings', title: t('applications.tab.settings'), content: () => <SettingsTab answer={answer} /> },
          ...(isMachine
            ? []
            : [
                { id: 'addresses', title: t('applications.tab.addresses'), content: () => <AddressesTab answer={answer} /> },
                { id: 'login-flow', title: t('applications.tab.flow'), content: () => <LoginFlowTab id={id} /> },
              ]),
          { id: 'tokens', title: t('applications.tab.tokens'), content: () => <TokensTab answer={answer} /> },
          ...(isMachine ? [] : [{ id: 'connections', title: t('applications.tab.connections'), content: () => <ConnectionsTab application={application} /> }]),
          { id: 'try', title: t('applications.tab.try'), content: () => <TryTab application={application} /> },
        ]}
      />
    </>
  );
}

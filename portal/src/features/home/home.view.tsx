/** `/`: one look says what is next, by what somebody may do: their tasks and cases, what waits in queues, or what failed and is to be mended. */
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../api/queries';
import { t } from '../../i18n';
import { useNow } from '../../ui/badges';
import { later } from '../../ui/later';
import { Page } from '../../ui/page';
import { CasesAtRisk } from './cases-at-risk';
import { useDuties } from './duties';
import { Drafts, Mentions, Recent } from './mine';
import { MyCases } from './my-cases';
import { MyTasks } from './my-tasks';
import { NextBest } from './next-best';
import { Queues } from './queues';
import { StandIns } from './stand-ins';
import { WorkFigures } from './work-figures';

// Its place is kept until it is there.
const ProblemFigures = later(
  async () => (await import('./operate/figures')).ProblemFigures,
  <div style={{ minHeight: 78 }} />,
);
const OpenProblems = later(async () => (await import('./operate/open-problems')).OpenProblems);
const Incidents = later(async () => (await import('./operate/incidents')).Incidents);
const Elsewhere = later(async () => (await import('./elsewhere')).Elsewhere);

export function Home() {
  const me = useQuery(meQuery).data;
  const duties = useDuties();
  const now = useNow();
  const works = duties.cases || duties.tasks;
  return (
    <Page
      title={me === undefined ? t('My work') : t('Good to see you, {name}', { name: me.name.split(' ')[0] ?? me.name })}
      documentTitle={t('My work')}
    >
      {works && <WorkFigures duties={duties} />}
      {!works && duties.operates && <ProblemFigures />}
      <div className="cw-split" style={{ gridTemplateColumns: undefined }}>
        <Stack>
          <NextBest mayTake={duties.takes} />
          <StandIns />
          {duties.tasks && <MyTasks />}
          {duties.cases && <MyCases />}
          {!works && duties.operates && <OpenProblems />}
          {!works && !duties.operates && <Elsewhere />}
        </Stack>
        <Stack>
          {duties.cases && <CasesAtRisk />}
          <Mentions />
          <Drafts />
          <Recent now={now} />
          {duties.queues && <Queues mayTake={duties.takes} />}
          {/* Last: where there are some they push nothing away. */}
          {works && duties.operates && <Incidents />}
        </Stack>
      </div>
    </Page>
  );
}

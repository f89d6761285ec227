import {
  CHURN_RISKS,
  type Chart,
  FEWEST_REPEATERS,
  formatWholeMoney,
  KadeError,
  type RiskSummary,
  sumUpRisks,
} from '../../core/index.ts';
import { formatDay } from '../days.ts';
import { drawPicture } from '../drawPicture.ts';
import { choice, type Flow, type Turn } from '../flow.ts';
import { chartHead } from '../segments/groupChart.ts';
import { people, share } from '../segmentWords.ts';
import { openQuery } from './rule.ts';

/** How many may be lost and what hangs on them, each group a tap away. */
async function showRisks(turn: Turn): Promise<void> {
  const { core, shop, t } = turn;
  const summary = await sumUpRisks(core, shop._id);
  const { groups, forecast } = summary;
  const ways = [choice(t('segment.button.back'), 'segment.list'), choice(t('menu.button'), 'menu')];
  if (!forecast.asOf) return void (await turn.say('risk.nobody', {}, { choices: ways }));
  const told = groups.filter(({ customers }) => customers > 0);
  if (told.length === 0) return void (await turn.say('risk.nobodyCameBack', {}, { choices: ways }));
  const { chart, alt } = riskChart(turn, summary);
  await turn.sayText(riskText(turn, summary), {
    ...(await drawPicture(turn, chart, alt)),
    choices: [...told.map(({ risk }) => choice(t(`risk.group.${risk}`), 'risk.show', risk)), ...ways],
  });
}

function riskText({ t, language, shop }: Turn, { groups, revenue, forecast }: RiskSummary): string {
  const money = (minor: number) => formatWholeMoney(minor, shop.currency);
  const lines = groups.map(({ risk, ...group }) => {
    const params = {
      group: t(`risk.group.${risk}`),
      people: people(t, language, group.customers),
      share: share(language, group.revenue, revenue),
      revenue: money(group.revenue),
    };
    const isExpected = group.value90 > 0;
    return t(
      isExpected ? 'risk.lineExpected' : 'risk.line',
      isExpected ? { ...params, value: money(group.value90) } : params,
    );
  });
  const date = forecast.asOf ? formatDay(t, forecast.asOf, shop.timeZone) : '';
  const basis = t(`risk.basis.${forecast.noModel ?? 'model'}`, { fewest: FEWEST_REPEATERS });
  return [t('risk.head', { date }), '', ...lines, '', basis].join('\n');
}

function riskChart(turn: Turn, { groups, revenue, forecast }: RiskSummary): { chart: Chart; alt: string } {
  const { t, language, shop } = turn;
  const number = new Intl.NumberFormat(language);
  const label = (risk: string) => t(`risk.group.${risk}`);
  const title = t('risk.title');
  const named = groups.map(({ risk, customers }) => `${label(risk)} ${people(t, language, customers)}`).join(', ');
  const panels = [
    {
      label: t('segment.chart.size'),
      items: groups.map(({ risk, customers }) => ({
        label: label(risk),
        value: customers,
        formatted: number.format(customers),
      })),
    },
    {
      label: t('segment.chart.revenueShare'),
      items: groups.map((group) => ({
        label: label(group.risk),
        value: revenue > 0 ? group.revenue / revenue : 0,
        formatted: share(language, group.revenue, revenue),
      })),
    },
  ];
  return {
    chart: { kind: 'panels', figures: { ...chartHead(turn, title, forecast.asOf ?? undefined), panels } },
    alt: t('segment.chart.alt', { title, shop: shop.name ?? '', named }),
  };
}

/** One group, as the question it is. */
async function openGroup(turn: Turn, name: string): Promise<void> {
  const risk = CHURN_RISKS.find((known) => known === name);
  if (!risk) throw new KadeError('choice_expired');
  await openQuery(turn, `churn_risk = ${risk}`);
}

/** Who may be lost. */
export const riskFlow: Flow = {
  commands: [{ name: 'risk', run: showRisks }],
  actions: { 'risk.list': showRisks, 'risk.show': openGroup },
};

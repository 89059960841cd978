import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { system } from '../../../api/system';
import { CopyButton } from '../../../ui/CopyButton';
import { Facts } from '../../../ui/Facts';
import { HelpLink } from '../../../ui/HelpLink';

const COMPONENT = '__meta_slipway_component';

export function TargetsPanel() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['metric-targets'], queryFn: system.targets });
  const address = `${window.location.origin}/api/v1/metrics/targets`;
  return (
    <section className="panel stack-small">
      <h2>{t('system.targets')}</h2>
      <Facts facts={(query.data ?? []).map((one) => [one.labels[COMPONENT] ?? '', one.targets.join(', ') || '-'] as const)} />
      <p className="muted">{t('system.targetsHint')}</p>
      <div className="code-line">
        <code tabIndex={0}>{address}</code>
        <CopyButton text={address} what={t('system.targets')} />
      </div>
      <p>
        <HelpLink page="monitoring">{t('help.monitoring')}</HelpLink>
      </p>
    </section>
  );
}

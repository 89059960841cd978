import { useTranslation } from 'react-i18next';
import type { SystemReport } from '../../../api/types';
import { bytes } from '../../../lib/format';
import { Facts } from '../../../ui/Facts';
import { PartState } from './PartState';

export function StoragePanel({ report }: { report: SystemReport }) {
  const { t, i18n } = useTranslation();
  const { database, disk } = report;
  const size = (value: number | null) => (value === null ? '?' : bytes(value, i18n.language));
  return (
    <section className="panel">
      <h2>{t('system.storage')}</h2>
      <Facts
        facts={[
          [t('system.stateDir'), <code key="dir">{disk.state_dir}</code>],
          [t('system.free'), t('system.freeOf', { free: size(disk.free_bytes), size: size(disk.size_bytes) })],
          [
            t('system.logs'),
            <span key="logs">
              {size(disk.logs_bytes)} {disk.logs_paused && <span className="bad">{t('system.logsPaused')}</span>}
            </span>,
          ],
          [
            t('system.database'),
            <span key="database">
              {size(database.bytes)} <PartState problem={database.problem} />
            </span>,
          ],
          [t('system.history'), size(database.history_bytes)],
        ]}
      />
    </section>
  );
}

import { useTranslation } from 'react-i18next';
import type { SystemReport } from '../../../api/types';
import { DataTable, type Column } from '../../../ui/DataTable';
import { RelativeTime } from '../../../ui/RelativeTime';

type Gateway = SystemReport['gateways'][number];
type Certificate = Gateway['certificates'][number] & { gateway: string };

// When the alert begins, too (packaging/prometheus).
const SOON_MS = 14 * 24 * 3_600_000;

export function CertificatesPanel({ gateways }: { gateways: Gateway[] }) {
  const { t } = useTranslation();
  const certificates = gateways.flatMap((gateway) => gateway.certificates.map((certificate) => ({ ...certificate, gateway: gateway.id })));
  const warning = ({ ends_at }: Certificate) => {
    const left = Date.parse(ends_at) - Date.now();
    if (left <= 0) return <span className="bad">{t('system.ended')}</span>;
    return left < SOON_MS ? <span className="warn">{t('system.endsSoon')}</span> : null;
  };
  const columns: Column<Certificate>[] = [
    { title: t('system.certificateName'), cell: (certificate) => <code>{certificate.name || '-'}</code> },
    {
      title: t('system.ends'),
      cell: (certificate) => (
        <>
          <RelativeTime time={certificate.ends_at} /> {warning(certificate)}
        </>
      ),
    },
    { title: t('system.gateway'), cell: (certificate) => <code>{certificate.gateway}</code> },
  ];
  return (
    <section className="panel">
      <h2>{t('system.certificates')}</h2>
      {certificates.length === 0 ? (
        <p className="muted">{t('system.noCertificates')}</p>
      ) : (
        <DataTable
          label={t('system.certificates')}
          columns={columns}
          rows={certificates}
          keyOf={(certificate) => `${certificate.gateway} ${certificate.name} ${certificate.ends_at}`}
        />
      )}
    </section>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../ui/Facts';

async function json<T>(path: string): Promise<T> {
  const reply = await fetch(path);
  return (await reply.json()) as T;
}

export function SystemTab() {
  const { t } = useTranslation();
  const version = useQuery({ queryKey: ['version'], queryFn: () => json<{ name: string; version: string }>('/version') });
  const ready = useQuery({ queryKey: ['ready'], queryFn: () => json<{ ready: boolean; parts: Record<string, string> }>('/readyz'), refetchInterval: 10_000 });
  const targets = useQuery({
    queryKey: ['metric-targets'],
    queryFn: () => json<{ targets: string[]; labels: Record<string, string> }[]>('/api/v1/metrics/targets'),
  });
  return (
    <section className="panel">
      <Facts
        facts={[
          [t('field.version'), version.data?.version ?? '-'],
          ...Object.entries(ready.data?.parts ?? {}).map(([part, state]) => [part, state] as const),
          [t('admin.metrics'), (targets.data ?? []).flatMap((one) => one.targets).join(', ') || '-'],
          [t('admin.api'), <a key="docs" href="/docs">/docs</a>],
        ]}
      />
    </section>
  );
}

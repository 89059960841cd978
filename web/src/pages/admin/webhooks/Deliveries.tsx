import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { webhooks } from '../../../api/webhooks';
import { ProblemAlert } from '../../../ui/ProblemAlert';
import { DeliveryEntry } from './DeliveryEntry';

const AGAIN_MS = 3000;

// What was told, newest first; looked at again while something is on its way.
export function Deliveries({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ['webhooks', id, 'deliveries'],
    initialPageParam: '',
    queryFn: ({ pageParam }) => webhooks.deliveries(id, pageParam || undefined),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: (state) => (state.state.data?.pages.some((page) => page.items.some((one) => one.state === 'pending')) ? AGAIN_MS : false),
  });
  const items = query.data?.pages.flatMap((page) => page.items);
  return (
    <section className="panel stack-small">
      <div className="section-head">
        <h2>{t('webhooks.deliveries')}</h2>
        <Button size="small" onClick={() => void query.refetch()}>
          {t('list.refresh')}
        </Button>
      </div>
      <ProblemAlert error={query.error} />
      {items?.length === 0 && <p className="muted">{t('webhooks.noDeliveries')}</p>}
      <ul className="deliveries">{items?.map((delivery) => <DeliveryEntry key={delivery.id} webhook={id} delivery={delivery} />)}</ul>
      {query.hasNextPage && (
        <div>
          <Button onClick={() => void query.fetchNextPage()}>{t('common.more')}</Button>
        </div>
      )}
    </section>
  );
}

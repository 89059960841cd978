import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Checkbox } from 'antd';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deployment } from '../../api/types';
import { BulkBar } from './BulkBar';
import { DeploymentRow } from './DeploymentRow';

const ROW_HEIGHT = 52;

export function DeploymentTable({ list }: { list: Deployment[] }) {
  const { t } = useTranslation();
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  useLayoutEffect(() => {
    if (body.current) setTop(body.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const rows = useWindowVirtualizer({ count: list.length, estimateSize: () => ROW_HEIGHT, overscan: 12, scrollMargin: top });
  const picked = list.filter((one) => chosen.has(one.id));
  const toggle = (id: string, isChosen: boolean) =>
    setChosen((before) => {
      const next = new Set(before);
      if (isChosen) next.add(id);
      else next.delete(id);
      return next;
    });
  const heads = [t('list.name'), t('field.status'), t('field.group'), t('field.replicas'), t('field.version'), t('field.modelImage'), t('field.lastUpdated')];
  return (
    <>
      <BulkBar chosen={picked} onDone={() => setChosen(new Set())} />
      <div className="table" role="table" aria-label={t('list.title')} aria-rowcount={list.length + 1}>
        <div className="table-row table-head" role="row" aria-rowindex={1}>
          <span role="columnheader">
            <Checkbox
              aria-label={t('list.chooseAll')}
              checked={picked.length > 0 && picked.length === list.length}
              indeterminate={picked.length > 0 && picked.length < list.length}
              onChange={(event) => setChosen(new Set(event.target.checked ? list.map((one) => one.id) : []))}
            />
          </span>
          {heads.map((head) => (
            <span key={head} role="columnheader">
              {head}
            </span>
          ))}
          <span role="columnheader">
            <span className="unseen">{t('list.actions')}</span>
          </span>
        </div>
        <div ref={body} className="virtual" role="rowgroup" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const deployment = list[row.index];
            if (!deployment) return null;
            return (
              <DeploymentRow
                key={deployment.id}
                deployment={deployment}
                index={row.index}
                offset={row.start - top}
                isChosen={chosen.has(deployment.id)}
                onChoose={toggle}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}

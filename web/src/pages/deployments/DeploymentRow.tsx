import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { Deployment } from '../../api/types';
import { shortImage } from '../../lib/format';
import { RelativeTime } from '../../ui/RelativeTime';
import { StatusTag } from '../../ui/StatusTag';
import { useReason } from '../../ui/useReason';
import { SwitchButton } from './SwitchButton';

interface DeploymentRowProps {
  deployment: Deployment;
  index: number;
  offset: number;
  isChosen: boolean;
  onChoose: (id: string, isChosen: boolean) => void;
}

export function DeploymentRow({ deployment, index, offset, isChosen, onChoose }: DeploymentRowProps) {
  const { t } = useTranslation();
  const reason = useReason();
  const { id, name, status } = deployment;
  return (
    <div className="table-row" role="row" aria-rowindex={index + 2} style={{ transform: `translateY(${offset}px)` }}>
      <span role="cell">
        <Checkbox aria-label={t('list.choose', { name })} checked={isChosen} onChange={(event) => onChoose(id, event.target.checked)} />
      </span>
      <span role="cell" className="two-lines">
        <Link to={`/deployments/${id}`}>{name}</Link>
        <span className="muted">{id}</span>
      </span>
      <span role="cell" className="two-lines">
        <StatusTag phase={status.phase} />
        <span className="muted" title={status.reason}>
          {reason(status.reason)}
        </span>
      </span>
      <span role="cell">{deployment.group}</span>
      <span role="cell" className="number">
        {status.ready_replicas}/{status.wanted_replicas}
      </span>
      <span role="cell" className="number">
        {deployment.revision}
      </span>
      <span role="cell" title={deployment.image}>
        {shortImage(deployment.image)}
      </span>
      <span role="cell" className="two-lines">
        <RelativeTime time={deployment.updated_at} />
        <span className="muted">{deployment.updated_by}</span>
      </span>
      <span role="cell">
        <SwitchButton deployment={deployment} size="small" />
      </span>
    </div>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { deploymentPath } from '../../api/deployments';
import { urlOf } from '../../api/http';
import { openStream } from '../../api/stream';
import type { Deployment, DeploymentEvent, DeploymentStatus } from '../../api/types';

const MOST = 500;

// The timeline as it grows, and the status as it changes, put where the page reads it.
export function useDeploymentStream(id: string): { list: DeploymentEvent[]; isDeleted: boolean } {
  const client = useQueryClient();
  const [list, setList] = useState<DeploymentEvent[]>([]);
  const [isDeleted, setDeleted] = useState(false);
  useEffect(() => {
    setList([]);
    setDeleted(false);
    const key = ['deployment', id];
    return openStream(
      urlOf(`${deploymentPath(id)}/events`, { watch: true }),
      {
        message: (data) => {
          const event = data as DeploymentEvent;
          setList((before) =>
            before.some((one) => one.sequence === event.sequence) ? before : [...before, event].slice(-MOST),
          );
        },
        status: (data) => {
          const status = data as DeploymentStatus & { generation: number };
          const before = client.getQueryData<Deployment>(key);
          if (before) client.setQueryData(key, { ...before, status });
          if (before?.generation !== status.generation) void client.invalidateQueries({ queryKey: key });
          void client.invalidateQueries({ queryKey: ['replicas', id] });
        },
        deleted: () => {
          setDeleted(true);
          void client.invalidateQueries({ queryKey: key });
        },
      },
      () => undefined,
    );
  }, [id, client]);
  return { list, isDeleted };
}

import { useSyncExternalStore } from 'react';
import { deploymentFeed, type FeedView } from './deploymentFeed';

export const useDeployments = (): FeedView => useSyncExternalStore(deploymentFeed.subscribe, deploymentFeed.current);

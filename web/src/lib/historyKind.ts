// What an entry of a deployment's history says was done. The server may know more than this page does.
export const HISTORY_KINDS = [
  'create', 'update', 'start', 'stop', 'rollback', 'delete', 'client_added', 'client_changed', 'client_removed', 'client_rotated', 'tag',
] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

export const historyKind = (said: string | undefined): HistoryKind | undefined => HISTORY_KINDS.find((kind) => kind === said);

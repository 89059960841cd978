// Calls about webhooks: who is told what happens, and what became of it.
import { http } from './http';
import type { Delivery, IssuedWebhook, NoticeType, Page, Webhook } from './types';

const of = (id: string): string => `/webhooks/${encodeURIComponent(id)}`;

export const NOTICES: readonly NoticeType[] = [
  'deployment.deployed',
  'deployment.failed',
  'deployment.recovered',
  'quota.refused',
  'certificate.expiring',
];

export interface WebhookSettings {
  name: string;
  url: string;
  events: NoticeType[];
}

export const webhooks = {
  list: () => http.get<Page<Webhook>>('/webhooks').then((page) => page.items),
  get: (id: string) => http.get<Webhook>(of(id)),
  create: (group: string | null, settings: WebhookSettings) => http.post<IssuedWebhook>('/webhooks', { group, ...settings }),
  update: (id: string, change: Partial<WebhookSettings> & { enabled?: boolean }) => http.patch<Webhook>(of(id), change),
  remove: (id: string) => http.remove(of(id)),
  rotate: (id: string) => http.post<IssuedWebhook>(`${of(id)}/rotate`),
  test: (id: string) => http.post<Delivery>(`${of(id)}/test`),
  deliveries: (id: string, cursor?: string) => http.get<Page<Delivery>>(`${of(id)}/deliveries`, { limit: 50, cursor }),
  redeliver: (id: string, delivery: string) => http.post<Delivery>(`${of(id)}/deliveries/${encodeURIComponent(delivery)}/redeliver`),
};

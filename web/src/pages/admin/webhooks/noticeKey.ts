// The last part of a text's key for what is told: keys hold no dots of their own.
const KEYS = {
  'deployment.deployed': 'deployment_deployed',
  'deployment.failed': 'deployment_failed',
  'deployment.recovered': 'deployment_recovered',
  'quota.refused': 'quota_refused',
  'certificate.expiring': 'certificate_expiring',
  'webhook.test': 'webhook_test',
} as const;

export type NoticeKey = (typeof KEYS)[keyof typeof KEYS];

// undefined: a newer server tells of something that this page has no word for.
export function noticeKey(type: string): NoticeKey | undefined {
  return (KEYS as Record<string, NoticeKey>)[type];
}

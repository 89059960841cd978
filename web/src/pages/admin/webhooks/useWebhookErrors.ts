import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../../../api/problem';
import type { WebhookSettings } from '../../../api/webhooks';

const FIELDS = new Set(['name', 'url', 'events', 'group']);

interface WebhookErrors {
  fields: Record<string, string>;
  // What belongs to no field.
  rest: unknown;
  // Does something with the settings; true when it was done.
  attempt: (settings: WebhookSettings, action: () => Promise<void>) => Promise<boolean>;
}

// What is wrong with a webhook's settings stands at its field.
export function useWebhookErrors(): WebhookErrors {
  const { t } = useTranslation();
  const [fields, setFields] = useState<Record<string, string>>({});
  const [rest, setRest] = useState<unknown>(null);
  const attempt = async (settings: WebhookSettings, action: () => Promise<void>): Promise<boolean> => {
    setRest(null);
    setFields({});
    if (settings.events.length === 0) {
      setFields({ events: t('webhooks.chooseEvents') });
      return false;
    }
    try {
      await action();
      return true;
    } catch (error) {
      const errors = error instanceof ProblemError ? (error.problem.errors ?? []) : [];
      const placed = errors.map(({ path, message }) => [path.split(/[.[]/)[0] ?? '', message] as const).filter(([path]) => FIELDS.has(path));
      setFields(Object.fromEntries(placed));
      if (placed.length === 0 || placed.length < errors.length) setRest(error);
      return false;
    }
  };
  return { fields, rest, attempt };
}

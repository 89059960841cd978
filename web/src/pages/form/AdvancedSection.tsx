import { Form, Input, InputNumber, Switch } from 'antd';
import { useTranslation } from 'react-i18next';

const NUMBERS = [
  { name: 'port', min: 1, max: 65535, step: 1 },
  { name: 'progress_deadline_seconds', min: 1, max: 86_400, step: 60 },
  { name: 'request_timeout_ms', min: 0.1, max: 3600, step: 1 },
  { name: 'body_limit_bytes', min: 1, max: 4096, step: 1 },
  { name: 'drain_seconds', min: 0, max: 3600, step: 5 },
  { name: 'replica_concurrency', min: 0, max: 10_000, step: 1 },
  { name: 'requests_per_minute', min: 0, max: 10_000_000, step: 60 },
] as const;

export function AdvancedSection() {
  const { t } = useTranslation();
  return (
    <details className="panel">
      <summary>{t('form.advanced')}</summary>
      <div className="grid-2">
        {NUMBERS.map(({ name, min, max, step }) => (
          <Form.Item key={name} name={name} label={t(`field.${name}`)} rules={[{ required: true, message: t('form.numberNeeded') }]}>
            <InputNumber min={min} max={max} step={step} />
          </Form.Item>
        ))}
        <Form.Item name="health_path" label={t('field.health_path')} extra={t('form.healthHint')}>
          <Input spellCheck={false} placeholder="/health/status" />
        </Form.Item>
        <Form.Item name="allow_websocket" label={t('field.allow_websocket')} valuePropName="checked" extra={t('form.websocketHint')}>
          <Switch />
        </Form.Item>
      </div>
    </details>
  );
}

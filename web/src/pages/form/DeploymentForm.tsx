import { Button, Form, Input } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../../api/problem';
import type { Deployment } from '../../api/types';
import { placeErrors } from '../../lib/fieldErrors';
import { ProblemAlert } from '../../ui/ProblemAlert';
import { AdvancedSection } from './AdvancedSection';
import { DetailsSection } from './DetailsSection';
import { DiscardGuard } from './DiscardGuard';
import type { FormValues } from './formValues';
import { PairRows } from './PairRows';
import { Preview } from './Preview';
import { ResourcesSection } from './ResourcesSection';
import { useDryRun } from './useDryRun';

interface DeploymentFormProps {
  initial: FormValues;
  // What is changed; without it, something new is made.
  base?: Deployment;
  submitText: string;
  onSubmit: (values: FormValues) => Promise<void>;
  onCancel: () => void;
  notice?: ReactNode;
}

const KNOWN = new Set<string>([
  'groupId', 'name', 'id', 'modelImage', 'imagePullSecret', 'description', 'instanceType', 'replicas', 'env', 'metadata',
  'updateMessage', 'port', 'health_path', 'progress_deadline_seconds', 'request_timeout_ms', 'body_limit_bytes', 'drain_seconds', 'replica_concurrency',
  'requests_per_minute', 'allow_websocket',
]);

export function DeploymentForm({ initial, base, submitText, onSubmit, onCancel, notice }: DeploymentFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<FormValues>();
  const watched = Form.useWatch((values: FormValues) => values, { form, preserve: true });
  const values: FormValues = { ...initial, ...watched };
  const [problem, setProblem] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [isDirty, setDirty] = useState(false);
  const dryRun = useDryRun(values, base?.id);
  const isNew = base === undefined;

  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit({ ...initial, ...(form.getFieldsValue(true) as FormValues) });
      setDirty(false);
    } catch (error) {
      const errors = error instanceof ProblemError ? error.problem.errors : undefined;
      const placed = placeErrors(errors, (field) => KNOWN.has(String(field[0])));
      form.setFields(placed.fields as Parameters<typeof form.setFields>[0]);
      const [first] = placed.fields;
      if (first) form.scrollToField(first.name, { block: 'center', focus: true });
      setProblem(placed.fields.length > 0 && placed.rest.length === 0 ? new Error(t('form.someWrong')) : error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={initial}
      requiredMark="optional"
      scrollToFirstError={{ block: 'center', focus: true }}
      onValuesChange={() => setDirty(true)}
      onFinish={() => void submit()}
      className="form-grid"
    >
      <DiscardGuard isDirty={isDirty && !isBusy} />
      <div className="stack form-main">
        {notice}
        <DetailsSection group={values.groupId} isNew={isNew} />
        <ResourcesSection group={values.groupId} isNew={isNew} />
        <PairRows field="env" title={t('field.env')} hint={t('form.envHint')} nameWord={t('form.nameWord')} valueWord={t('form.valueWord')} isSecret />
        <PairRows field="metadata" title={t('field.metadata')} hint={t('form.metadataHint')} nameWord={t('form.keyWord')} valueWord={t('form.valueWord')} isSecret={false} />
        <AdvancedSection />
      </div>
      <Preview values={values} result={dryRun.result} isOld={dryRun.isOld} isDirty={isDirty} {...(base && { base })} />
      <section className="panel form-end">
        <Form.Item name="updateMessage" label={t('field.updateMessage')} extra={t('form.messageHint')}>
          <Input.TextArea rows={2} />
        </Form.Item>
        <ProblemAlert error={problem} />
        <div className="row">
          <Button type="primary" htmlType="submit" loading={isBusy}>
            {submitText}
          </Button>
          <Button onClick={onCancel}>{t('common.cancel')}</Button>
        </div>
      </section>
    </Form>
  );
}
